package io.github.refragstreams.app.faults;

import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.Chunker;
import io.github.refragstreams.model.DefaultAnswerPlanner;
import io.github.refragstreams.model.EncodeBatcher;
import io.github.refragstreams.model.LexicalChunkPolicy;
import io.github.refragstreams.model.LexicalCiter;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PromptTemplate;
import io.github.refragstreams.model.Tokenizer;
import java.time.Duration;
import java.util.List;

/**
 * Models that compute next to nothing, and take their time for it: what they make of an input
 * follows from the input alone, so that whoever sees an answer can tell whether it is right.
 */
final class SlowModels implements AutoCloseable {
  static final String BEFORE_QUESTION = "\n";
  private static final int DIMENSION = 8;
  private static final int CHUNK_TOKENS = 4;

  private final EncodeBatcher batcher;
  private final SlowDecoder decoder;
  private final Models models;

  /**
   * @param step what a call of the encoder, a prefill and a token take; zero: no time at all
   */
  SlowModels(Duration step) {
    SlowEncoder encoder = new SlowEncoder(DIMENSION, step);
    Tokenizer tokenizer = new CharacterTokenizer();
    batcher =
        EncodeBatcher.start(
            encoder, new EncodeBatcher.Limits(2_000, Duration.ofMillis(5), 200_000));
    decoder = new SlowDecoder(tokenizer, step);
    PromptTemplate template =
        new PromptTemplate(
            tokenizer,
            new PromptTemplate.Texts("", "", "[{number}] ", BEFORE_QUESTION + "{question}"),
            new int[] {1},
            new int[0]);
    models =
        new Models(
            new BundleInfo(
                "slow", "1", encoder.id(), DIMENSION, List.of(CHUNK_TOKENS), CHUNK_TOKENS, false),
            new Chunker(tokenizer),
            batcher,
            new DefaultAnswerPlanner(template, new LexicalChunkPolicy()),
            new LexicalCiter(),
            decoder);
  }

  Models models() {
    return models;
  }

  @Override
  public void close() {
    batcher.close();
    decoder.close();
  }
}

package io.github.refragstreams.it;

import io.github.refragstreams.app.faults.CharacterTokenizer;
import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.Chunker;
import io.github.refragstreams.model.DefaultAnswerPlanner;
import io.github.refragstreams.model.EncodeBatcher;
import io.github.refragstreams.model.LexicalChunkPolicy;
import io.github.refragstreams.model.LexicalCiter;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PromptTemplate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;

/**
 * The models of one process: the real batcher, planner, policy and citer around an encoder and a
 * decoder that do what the test tells them.
 */
final class ModelSet implements AutoCloseable {
  static final String BEFORE_QUESTION = "\n";

  final SumEncoder encoder;
  final WordDecoder decoder = new WordDecoder();
  private final AtomicReference<@Nullable Runnable> fault = new AtomicReference<>();
  private final AtomicInteger refusals = new AtomicInteger();
  private final EncodeBatcher batcher;

  ModelSet(SumEncoder encoder) {
    this.encoder = encoder;
    batcher =
        EncodeBatcher.start(
            encoder, new EncodeBatcher.Limits(1_000, Duration.ofMillis(5), 100_000));
  }

  /** The next passage that is submitted to the encoder kills the stream thread that submits it. */
  void crash() {
    fault.set(
        () -> {
          throw new StreamsException("told to die");
        });
  }

  /** The thread that submits the next passage stands still until the gate is open. */
  void standStill(Gate gate) {
    fault.set(gate::await);
  }

  /** Whether no thread has met the last fault yet. */
  boolean isFaulty() {
    return fault.get() != null;
  }

  /** How often the encoder's queue was full. */
  int refusals() {
    return refusals.get();
  }

  Models models() {
    CharacterTokenizer tokenizer = new CharacterTokenizer();
    PromptTemplate template =
        new PromptTemplate(
            tokenizer,
            new PromptTemplate.Texts("", "", "[{number}] ", BEFORE_QUESTION + "{question}"),
            new int[] {1},
            new int[0]);
    return new Models(
        new BundleInfo("test", "1", encoder.id(), encoder.dimension(), List.of(4, 8), 4, false),
        new Chunker(tokenizer),
        new FaultyEncoder(new CountingEncoder(batcher, refusals), fault),
        new DefaultAnswerPlanner(template, new LexicalChunkPolicy()),
        new LexicalCiter(),
        decoder);
  }

  @Override
  public void close() {
    encoder.gate.open();
    batcher.close();
    decoder.close();
  }
}

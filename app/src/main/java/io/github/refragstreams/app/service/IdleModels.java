package io.github.refragstreams.app.service;

import io.github.refragstreams.model.AnswerDecoder;
import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.Chunker;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PassageEncoder;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Tokenizer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Models for a topology that is looked at and never run: all they do is refuse. */
public final class IdleModels {
  private IdleModels() {}

  /** The whole set, of no bundle. */
  public static Models create() {
    return of(new BundleInfo("none", "0", "none", 1, List.of(1), 1, false));
  }

  /** The whole set, of a bundle that is not loaded. */
  static Models of(BundleInfo bundle) {
    return new Models(
        bundle,
        new Chunker(new IdleTokenizer()),
        new IdleEncoder(),
        (question, history, passages, options) -> {
          throw idle();
        },
        (plan, answer) -> List.of(),
        new IdleDecoder());
  }

  private static ModelException idle() {
    return new ModelException(ModelException.Kind.MODEL, "no bundle is loaded");
  }

  private static final class IdleTokenizer implements Tokenizer {
    @Override
    public Tokens tokenize(String text) {
      throw idle();
    }

    @Override
    public String decode(int[] ids) {
      throw idle();
    }
  }

  private static final class IdleEncoder implements PassageEncoder {
    @Override
    public CompletableFuture<ChunkVectors> encode(ChunkedText passage, Asker asker) {
      return CompletableFuture.failedFuture(idle());
    }

    @Override
    public void close() {}
  }

  private static final class IdleDecoder implements AnswerDecoder {
    @Override
    public int headPositions() {
      return 0;
    }

    @Override
    public int maxPositions() {
      return 0;
    }

    @Override
    public CompletableFuture<Generation> generate(
        Prompt prompt, Sampling sampling, TokenListener listener) {
      return CompletableFuture.failedFuture(idle());
    }

    @Override
    public void close() {}
  }
}

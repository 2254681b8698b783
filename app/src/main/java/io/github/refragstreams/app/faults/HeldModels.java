package io.github.refragstreams.app.faults;

import io.github.refragstreams.model.AnswerDecoder;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PassageEncoder;
import io.github.refragstreams.model.Prompt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Models that pass the checkpoints on their way, on threads of their own. */
final class HeldModels {
  /** Told before a generation is held, so that it is in the middle. */
  private static final int TOKENS_BEFORE = 2;

  private HeldModels() {}

  static Models of(Models models, Checkpoints checkpoints) {
    Executor threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "faults-held");
              thread.setDaemon(true);
              return thread;
            });
    return new Models(
        models.bundle(),
        models.chunker(),
        new Encoder(models.encoder(), checkpoints, threads),
        models.planner(),
        models.citer(),
        new Decoder(models.decoder(), checkpoints, threads));
  }

  private record Encoder(PassageEncoder encoder, Checkpoints checkpoints, Executor threads)
      implements PassageEncoder {
    @Override
    public CompletableFuture<ChunkVectors> encode(ChunkedText passage, Asker asker) {
      return encoder
          .encode(passage, asker)
          .thenApplyAsync(
              vectors -> {
                checkpoints.pass(Phase.ENCODE);
                return vectors;
              },
              threads);
    }

    @Override
    public void close() {
      encoder.close();
    }
  }

  private record Decoder(AnswerDecoder decoder, Checkpoints checkpoints, Executor threads)
      implements AnswerDecoder {
    @Override
    public CompletableFuture<Generation> generate(
        Prompt prompt, Sampling sampling, TokenListener listener) {
      TokenListener held =
          (index, text) -> {
            if (index == TOKENS_BEFORE) {
              checkpoints.pass(Phase.TOKENS);
            }
            listener.onToken(index, text);
          };
      return CompletableFuture.runAsync(() -> checkpoints.pass(Phase.PREFILL), threads)
          .thenCompose(passed -> decoder.generate(prompt, sampling, held));
    }

    @Override
    public int headPositions() {
      return decoder.headPositions();
    }

    @Override
    public int maxPositions() {
      return decoder.maxPositions();
    }

    @Override
    public void close() {
      decoder.close();
    }
  }
}

package io.github.refragstreams.topology.internal.work;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.PassageEncoder;
import io.github.refragstreams.topology.internal.refusal.Failures;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Hands a passage to the encoder. */
public final class Submission {
  private Submission() {}

  /**
   * The vectors to come. Whatever the encoder does, it fails this passage alone.
   *
   * @return null when the encoder has enough for now: then it was not asked, and is to be asked
   *     again later
   */
  public static @Nullable CompletableFuture<ChunkVectors> of(
      PassageEncoder encoder, ChunkedText text, PassageEncoder.Asker asker) {
    CompletableFuture<ChunkVectors> vectors;
    try {
      vectors = encoder.encode(text, asker);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    return isRefusedAsBusy(vectors) ? null : vectors;
  }

  /** It is then told at once. */
  private static boolean isRefusedAsBusy(CompletableFuture<ChunkVectors> vectors) {
    @Nullable Throwable failure =
        vectors.isCompletedExceptionally()
            ? vectors.handle((rows, thrown) -> thrown).getNow(null)
            : null;
    return failure != null && Failures.isBusy(failure);
  }
}

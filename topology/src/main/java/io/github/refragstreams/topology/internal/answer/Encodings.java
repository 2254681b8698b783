package io.github.refragstreams.topology.internal.answer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.PassageEncoder;
import io.github.refragstreams.model.PassageEncoder.Asker;
import io.github.refragstreams.topology.internal.work.Submission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one generation has encoded. The encoder takes it in the order in which it was asked for;
 * what it has no room for waits here, while the generation keeps what is encoded already. It is
 * taken back together: the encoder's time is others', and a passage that nobody waits for must not
 * stand before theirs. Safe for use by many threads.
 */
final class Encodings {
  private final PassageEncoder encoder;
  private final Asker asker;
  private final Object lock = new Object();

  /** What the encoder has not taken yet, oldest first. */
  @GuardedBy("lock")
  private final ArrayDeque<Asked> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private final List<CompletableFuture<ChunkVectors>> taken = new ArrayList<>();

  @GuardedBy("lock")
  private boolean cancelled;

  private record Asked(ChunkedText text, CompletableFuture<ChunkVectors> vectors) {}

  private record Taken(Asked asked, CompletableFuture<ChunkVectors> call) {
    void follow() {
      var unused =
          call.whenComplete(
              (vectors, failure) -> {
                if (failure != null) {
                  asked.vectors.completeExceptionally(failure);
                } else {
                  asked.vectors.complete(vectors);
                }
              });
    }
  }

  Encodings(PassageEncoder encoder, Asker asker) {
    this.encoder = encoder;
    this.asker = asker;
  }

  /**
   * As {@link PassageEncoder#encode}, for a query that waits; but while the encoder is full it
   * waits for the next {@link #offer}.
   */
  CompletableFuture<ChunkVectors> encode(ChunkedText text) {
    Asked asked = new Asked(text, new CompletableFuture<>());
    synchronized (lock) {
      if (cancelled) {
        return CompletableFuture.failedFuture(new CancellationException());
      }
      waiting.addLast(asked);
    }
    offer();
    return asked.vectors;
  }

  /** Asks the encoder whether it has room by now for what waits. */
  void offer() {
    for (Taken next = submitFirst(); next != null; next = submitFirst()) {
      // Not under the lock: where it is encoded already, this plans the answer.
      next.follow();
    }
  }

  /** Null when nothing waits, or the encoder has enough. */
  private @Nullable Taken submitFirst() {
    synchronized (lock) {
      Asked first = waiting.peekFirst();
      CompletableFuture<ChunkVectors> call =
          first == null ? null : Submission.of(encoder, first.text, asker);
      if (first == null || call == null) {
        return null;
      }
      waiting.removeFirst();
      taken.add(call);
      return new Taken(first, call);
    }
  }

  /** Takes back what has not been encoded yet, and what is asked for from now on. */
  void cancel() {
    List<CompletableFuture<ChunkVectors>> all;
    synchronized (lock) {
      cancelled = true;
      all = new ArrayList<>(taken);
      waiting.forEach(asked -> all.add(asked.vectors));
      waiting.clear();
    }
    all.forEach(vectors -> vectors.cancel(true));
  }
}

package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.PassageEncoder;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one generation has encoded, to be taken back together: the encoder's time is others', and a
 * passage that nobody waits for must not stand before theirs. Safe for use by many threads.
 */
final class Encodings {
  private final PassageEncoder encoder;
  private final Set<CompletableFuture<ChunkVectors>> running = ConcurrentHashMap.newKeySet();
  private volatile boolean cancelled;

  Encodings(PassageEncoder encoder) {
    this.encoder = encoder;
  }

  /** As {@link PassageEncoder#encode}, for a query that waits. */
  CompletableFuture<ChunkVectors> encode(ChunkedText text) {
    CompletableFuture<ChunkVectors> vectors = encoder.encode(text);
    running.add(vectors);
    if (cancelled) {
      vectors.cancel(true);
    }
    return vectors;
  }

  /** Takes back what has not been encoded yet, and what is asked for from now on. */
  void cancel() {
    cancelled = true;
    running.forEach(vectors -> vectors.cancel(true));
  }
}

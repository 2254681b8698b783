package io.github.refragstreams.it;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.PassageEncoder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what the encoder refuses at once: its queue is full. */
record CountingEncoder(PassageEncoder encoder, AtomicInteger refusals) implements PassageEncoder {

  @Override
  public CompletableFuture<ChunkVectors> encode(ChunkedText passage, Asker asker) {
    CompletableFuture<ChunkVectors> vectors = encoder.encode(passage, asker);
    if (vectors.isCompletedExceptionally()) {
      refusals.incrementAndGet();
    }
    return vectors;
  }

  @Override
  public void close() {
    encoder.close();
  }
}

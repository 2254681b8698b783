package io.github.refragstreams.model;

import java.util.concurrent.CompletableFuture;

/**
 * Encodes passages in the background, in batches over all callers. Safe for use by many threads.
 */
public interface PassageEncoder extends AutoCloseable {

  /**
   * Never waits for the model.
   *
   * @param passage at least one token
   * @return one row per chunk; completes on the encoder's thread. Fails with {@link
   *     ModelException}: INPUT when this passage alone cannot be encoded, TRANSIENT when the queue
   *     is full or the encoder closes, MODEL when the model is broken
   */
  CompletableFuture<ChunkVectors> encode(ChunkedText passage);

  /** Stops; passages still waiting fail with TRANSIENT. */
  @Override
  void close();
}

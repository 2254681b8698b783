package io.github.refragstreams.model;

import java.util.concurrent.CompletableFuture;

/**
 * Encodes passages in the background, in batches over all callers. Safe for use by many threads.
 */
public interface PassageEncoder extends AutoCloseable {
  /** Who waits for a passage. */
  enum Urgency {
    /** A query does. */
    ASKED,
    /** Nobody yet: it is encoded when no other passage waits. */
    AHEAD
  }

  /** Encodes a passage that is {@link Urgency#ASKED} for. */
  default CompletableFuture<ChunkVectors> encode(ChunkedText passage) {
    return encode(passage, Urgency.ASKED);
  }

  /**
   * Never waits for the model.
   *
   * @param passage at least one token
   * @param urgency a passage that waits already moves up when somebody asks for it
   * @return one row per chunk; completes on the encoder's thread. Fails with {@link
   *     ModelException}: INPUT when this passage alone cannot be encoded, BUSY, at once, when the
   *     queue is full, TRANSIENT when the encoder closes, MODEL when the model is broken
   */
  CompletableFuture<ChunkVectors> encode(ChunkedText passage, Urgency urgency);

  /** Stops; passages still waiting fail with TRANSIENT. */
  @Override
  void close();
}

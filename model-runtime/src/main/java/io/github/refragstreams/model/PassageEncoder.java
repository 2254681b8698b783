package io.github.refragstreams.model;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Encodes passages in the background, in batches over all callers. Safe for use by many threads.
 */
public interface PassageEncoder extends AutoCloseable {
  /**
   * Who waits for a passage. Those who wait at the same time get equal shares of the encoder,
   * however much each asks for.
   *
   * @param id of the query, for instance; null when nobody waits yet
   */
  record Asker(@Nullable String id) {
    /** Nobody waits yet: it is encoded when no other passage waits. */
    public static final Asker NOBODY = new Asker(null);

    /** All who do not say who they are. */
    public static final Asker SOMEBODY = new Asker("");

    /** Whoever has this id. */
    public static Asker of(String id) {
      return new Asker(id);
    }

    /** Whether somebody waits. */
    public boolean waits() {
      return id != null;
    }
  }

  /** Encodes a passage for {@link Asker#SOMEBODY}. */
  default CompletableFuture<ChunkVectors> encode(ChunkedText passage) {
    return encode(passage, Asker.SOMEBODY);
  }

  /**
   * Never waits for the model.
   *
   * @param passage at least one token
   * @param asker a passage that waits already moves up when somebody else asks for it
   * @return one row per chunk; completes on the encoder's thread. Fails with {@link
   *     ModelException}: INPUT when this passage alone cannot be encoded, BUSY, at once, when the
   *     queue is full, TRANSIENT when the encoder closes, MODEL when the model is broken
   */
  CompletableFuture<ChunkVectors> encode(ChunkedText passage, Asker asker);

  /** Stops; passages still waiting fail with TRANSIENT. */
  @Override
  void close();
}

package io.github.refragstreams.it;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.PassageEncoder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Has a fault happen to the stream thread that submits a passage, once.
 *
 * @param fault the next one, if there is one
 */
record FaultyEncoder(PassageEncoder encoder, AtomicReference<@Nullable Runnable> fault)
    implements PassageEncoder {

  @Override
  public CompletableFuture<ChunkVectors> encode(ChunkedText passage, Asker asker) {
    Runnable next = fault.getAndSet(null);
    if (next != null) {
      next.run();
    }
    return encoder.encode(passage, asker);
  }

  @Override
  public void close() {
    encoder.close();
  }
}

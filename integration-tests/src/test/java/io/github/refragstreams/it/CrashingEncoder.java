package io.github.refragstreams.it;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.PassageEncoder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.streams.errors.StreamsException;

/** Kills the stream thread that submits a passage, once, when told. */
record CrashingEncoder(PassageEncoder encoder, AtomicBoolean crashing) implements PassageEncoder {

  @Override
  public CompletableFuture<ChunkVectors> encode(ChunkedText passage, Asker asker) {
    if (crashing.compareAndSet(true, false)) {
      throw new StreamsException("told to die");
    }
    return encoder.encode(passage, asker);
  }

  @Override
  public void close() {
    encoder.close();
  }
}

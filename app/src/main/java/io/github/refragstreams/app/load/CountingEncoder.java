package io.github.refragstreams.app.load;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PassageEncoder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the passages that the topology sends to an encoder, which stays its owner's. */
final class CountingEncoder implements PassageEncoder {
  private final PassageEncoder encoder;
  private final AtomicInteger passages = new AtomicInteger();

  CountingEncoder(PassageEncoder encoder) {
    this.encoder = encoder;
  }

  @Override
  public CompletableFuture<ChunkVectors> encode(ChunkedText passage, Urgency urgency) {
    passages.incrementAndGet();
    return encoder.encode(passage, urgency);
  }

  /** The same models with this encoder. */
  Models in(Models models) {
    return new Models(
        models.bundle(),
        models.chunker(),
        this,
        models.planner(),
        models.citer(),
        models.decoder());
  }

  int passages() {
    return passages.get();
  }

  @Override
  public void close() {}
}

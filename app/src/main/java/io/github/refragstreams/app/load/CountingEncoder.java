package io.github.refragstreams.app.load;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PassageEncoder;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the passages that an encoder, which stays its owner's, has to encode: one that is on its
 * way already when it is asked for again is not another one.
 */
final class CountingEncoder implements PassageEncoder {
  private final PassageEncoder encoder;
  private final Set<ChunkedText> onTheirWay = ConcurrentHashMap.newKeySet();
  private final AtomicInteger passages = new AtomicInteger();

  CountingEncoder(PassageEncoder encoder) {
    this.encoder = encoder;
  }

  @Override
  public CompletableFuture<ChunkVectors> encode(ChunkedText passage, Asker asker) {
    CompletableFuture<ChunkVectors> vectors = encoder.encode(passage, asker);
    if (onTheirWay.add(passage)) {
      passages.incrementAndGet();
      var unused = vectors.whenComplete((rows, failure) -> onTheirWay.remove(passage));
    }
    return vectors;
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

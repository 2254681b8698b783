package io.github.refragstreams.it;

import io.github.refragstreams.app.faults.CharacterTokenizer;
import io.github.refragstreams.model.ChunkEncoder;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Each component of a chunk's vector is the sum of its ids and of what its bundle adds. A batch
 * with a poisonous passage fails as a whole; while the gate is closed, the encoder is stuck.
 */
final class SumEncoder implements ChunkEncoder {
  static final String POISON = "poison";

  private final CharacterTokenizer tokenizer = new CharacterTokenizer();
  private final AtomicInteger passages = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private final int dimension;
  private final int added;
  final Gate gate = new Gate();

  /**
   * @param added what tells the vectors of two bundles apart
   */
  SumEncoder(int dimension, int added) {
    this.dimension = dimension;
    this.added = added;
  }

  @Override
  public String id() {
    return "sums of " + dimension + " plus " + added;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public List<ChunkVectors> encode(List<ChunkedText> batch) {
    waiting.addAndGet(batch.size());
    gate.await();
    waiting.addAndGet(-batch.size());
    List<ChunkVectors> all = new ArrayList<>();
    for (ChunkedText passage : batch) {
      if (tokenizer.decode(passage.tokenIds()).contains(POISON)) {
        throw new ModelException(ModelException.Kind.INPUT, "a passage is poisonous");
      }
      float[] sums = new float[passage.chunks() * dimension];
      for (int c = 0; c < passage.chunks(); c++) {
        int sum = Arrays.stream(passage.chunkIds(c)).sum() + added;
        Arrays.fill(sums, c * dimension, (c + 1) * dimension, sum);
      }
      all.add(ChunkVectors.ofFloats(passage.chunks(), dimension, sums));
    }
    passages.addAndGet(batch.size());
    return all;
  }

  /** Passages that were encoded. */
  int passages() {
    return passages.get();
  }

  /** Passages that are being encoded. */
  int waiting() {
    return waiting.get();
  }

  @Override
  public void close() {}
}

package io.github.refragstreams.it;

import io.github.refragstreams.model.ChunkEncoder;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Each component of a chunk's vector is the sum of its ids. A batch with a poisonous passage fails
 * as a whole; while the gate is closed, the encoder is stuck.
 */
final class SumEncoder implements ChunkEncoder {
  static final String POISON = "poison";

  private final CharacterTokenizer tokenizer = new CharacterTokenizer();
  private final AtomicInteger passages = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private final int dimension;
  final Gate gate = new Gate();

  SumEncoder(int dimension) {
    this.dimension = dimension;
  }

  @Override
  public String id() {
    return "sums of " + dimension;
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
        int sum = Arrays.stream(passage.chunkIds(c)).sum();
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

package io.github.refragstreams.app.faults;

import io.github.refragstreams.model.ChunkEncoder;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Vectors of small whole numbers that follow from the chunk's ids. */
final class SlowEncoder implements ChunkEncoder {
  /** Half floats hold whole numbers up to here exactly. */
  private static final int MODULUS = 2_039;

  private final int dimension;
  private final Duration time;

  /**
   * @param time what a call takes
   */
  SlowEncoder(int dimension, Duration time) {
    this.dimension = dimension;
    this.time = time;
  }

  @Override
  public String id() {
    return "whole-numbers";
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public List<ChunkVectors> encode(List<ChunkedText> passages) {
    Pause.of(time);
    return passages.stream().map(this::vectors).toList();
  }

  private ChunkVectors vectors(ChunkedText passage) {
    float[] values = new float[passage.chunks() * dimension];
    for (int c = 0; c < passage.chunks(); c++) {
      int hash = Arrays.hashCode(passage.chunkIds(c));
      for (int d = 0; d < dimension; d++) {
        values[c * dimension + d] = Math.floorMod(hash * (d + 1), MODULUS);
      }
    }
    return ChunkVectors.ofFloats(passage.chunks(), dimension, values);
  }

  @Override
  public void close() {}
}

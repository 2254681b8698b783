package io.github.refragstreams.model;

import io.github.refragstreams.model.internal.HalfFloat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One vector per chunk of a passage, kept as IEEE 754 half floats (little endian, row by row): what
 * the stores hold and the decoder reads. Where they are kept, the states of its tokens come along:
 * the same passage with one vector per token. Immutable.
 */
public final class ChunkVectors {
  private final int rows;
  private final int dimension;
  private final byte[] halves;
  private final @Nullable ChunkVectors states;

  private ChunkVectors(int rows, int dimension, byte[] halves, @Nullable ChunkVectors states) {
    this.rows = rows;
    this.dimension = dimension;
    this.halves = halves;
    this.states = states;
  }

  /**
   * @param halves {@code rows * dimension} half floats, little endian; not copied
   * @throws IllegalArgumentException when the length does not fit
   */
  public static ChunkVectors ofHalves(int rows, int dimension, byte[] halves) {
    if (halves.length != 2L * rows * dimension) {
      throw new IllegalArgumentException(
          "chunk vectors are "
              + halves.length
              + " bytes; expected "
              + 2L * rows * dimension
              + " for "
              + rows
              + " rows of "
              + dimension
              + " half floats");
    }
    return new ChunkVectors(rows, dimension, halves, null);
  }

  /**
   * Rounds {@code rows * dimension} floats to half floats; values beyond the range of half floats
   * are clamped to it.
   */
  public static ChunkVectors ofFloats(int rows, int dimension, float[] values) {
    byte[] halves = new byte[2 * rows * dimension];
    ByteBuffer out = ByteBuffer.wrap(halves).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < rows * dimension; i++) {
      out.putShort(HalfFloat.fromFloat(values[i]));
    }
    return new ChunkVectors(rows, dimension, halves, null);
  }

  /**
   * The same with the states of the passage's tokens, one row each.
   *
   * @throws IllegalArgumentException when they have another dimension
   */
  public ChunkVectors withStates(@Nullable ChunkVectors tokens) {
    if (tokens != null && tokens.dimension != dimension) {
      throw new IllegalArgumentException(
          "token states have " + tokens.dimension + " components; the vectors have " + dimension);
    }
    return new ChunkVectors(rows, dimension, halves, tokens);
  }

  /** One row per token of the passage; null when they are not kept. */
  public @Nullable ChunkVectors states() {
    return states;
  }

  /** Number of chunks. */
  public int rows() {
    return rows;
  }

  /** d. */
  public int dimension() {
    return dimension;
  }

  /** The half floats as they are stored; the caller does not change them. */
  public byte[] halves() {
    return halves;
  }

  /** Writes the d components of {@code row} to {@code target} from {@code offset} on. */
  public void copyRow(int row, float[] target, int offset) {
    ByteBuffer in = ByteBuffer.wrap(halves).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0, at = 2 * row * dimension; i < dimension; i++, at += 2) {
      target[offset + i] = HalfFloat.toFloat(in.getShort(at));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChunkVectors that
        && rows == that.rows
        && dimension == that.dimension
        && Arrays.equals(halves, that.halves)
        && Objects.equals(states, that.states);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(halves);
  }

  @Override
  public String toString() {
    return "ChunkVectors[" + rows + " x " + dimension + (states == null ? "" : ", states") + "]";
  }
}

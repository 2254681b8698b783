package io.github.refragstreams.model.internal.bundle;

import java.util.Arrays;
import java.util.List;

/**
 * A weight of shape [in, out] in 8 bits, one symmetric scale per output channel: w[i][o] =
 * values[i][o] * scales[o].
 *
 * @param values in * out values, row by row
 * @param scales out scales
 */
public record QuantisedMatrix(int in, int out, byte[] values, float[] scales) {
  private static final String VALUES = ".q";
  private static final int MOST = 127;

  /** Names of the linears of a weight file, sorted. */
  public static List<String> linears(WeightFile file) {
    return file.tensors().keySet().stream()
        .filter(name -> name.startsWith("l") && name.endsWith(VALUES))
        .map(name -> name.substring(0, name.length() - VALUES.length()))
        .sorted()
        .toList();
  }

  /** The linear {@code name} of a weight file. */
  public static QuantisedMatrix read(WeightFile file, String name) {
    return new QuantisedMatrix(
        file.size(name + VALUES, 0),
        file.size(name + VALUES, 1),
        file.bytes(name + VALUES),
        file.floats(name + ".s"));
  }

  /** Rounds to the nearest of 255 levels, ties to even; the largest value of a channel is exact. */
  public static QuantisedMatrix quantise(float[] weights, int in, int out) {
    float[] scales = new float[out];
    for (int i = 0; i < in; i++) {
      for (int o = 0; o < out; o++) {
        scales[o] = Math.max(scales[o], Math.abs(weights[i * out + o]));
      }
    }
    for (int o = 0; o < out; o++) {
      scales[o] = scales[o] == 0f ? 1f : scales[o] / MOST;
    }
    byte[] values = new byte[in * out];
    for (int i = 0; i < in; i++) {
      for (int o = 0; o < out; o++) {
        values[i * out + o] = (byte) Math.rint(weights[i * out + o] / scales[o]);
      }
    }
    return new QuantisedMatrix(in, out, values, scales);
  }

  /** in * out floats, row by row. */
  public float[] toFloats() {
    float[] weights = new float[in * out];
    for (int i = 0; i < in; i++) {
      for (int o = 0; o < out; o++) {
        weights[i * out + o] = values[i * out + o] * scales[o];
      }
    }
    return weights;
  }

  /**
   * Adds {@code scale * (B A)^T} to weights of shape [in, out].
   *
   * @param a A, shape [rank, in]
   * @param b B, shape [out, rank]
   */
  public static void addLowRank(float[] weights, float[] a, float[] b, int rank, float scale) {
    int in = a.length / rank;
    int out = b.length / rank;
    // [rank, out], so that the inner loop runs over neighbours.
    float[] columns = new float[b.length];
    for (int o = 0; o < out; o++) {
      for (int r = 0; r < rank; r++) {
        columns[r * out + o] = b[o * rank + r];
      }
    }
    float[] sum = new float[out];
    for (int i = 0; i < in; i++) {
      Arrays.fill(sum, 0f);
      for (int r = 0; r < rank; r++) {
        float factor = a[r * in + i];
        for (int o = 0; o < out; o++) {
          sum[o] += factor * columns[r * out + o];
        }
      }
      for (int o = 0; o < out; o++) {
        weights[i * out + o] += scale * sum[o];
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QuantisedMatrix that
        && in == that.in
        && out == that.out
        && Arrays.equals(values, that.values)
        && Arrays.equals(scales, that.scales);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(values) + Arrays.hashCode(scales);
  }

  @Override
  public String toString() {
    return "QuantisedMatrix[" + in + " x " + out + "]";
  }
}

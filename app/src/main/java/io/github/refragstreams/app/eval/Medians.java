package io.github.refragstreams.app.eval;

import java.util.Arrays;

/** Middle values. */
public final class Medians {
  private Medians() {}

  /** The middle value, or the mean of the two middle ones; NaN without values. */
  public static double of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}

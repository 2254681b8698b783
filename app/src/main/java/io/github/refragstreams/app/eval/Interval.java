package io.github.refragstreams.app.eval;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The 95 % interval of a mean by bootstrap: the middle 95 % of the means of samples drawn with
 * replacement.
 *
 * @param low lower bound
 * @param high upper bound
 */
public record Interval(double low, double high) {
  private static final int SAMPLES = 2_000;

  /**
   * @param values one value per question; an empty array gives NaN bounds
   * @param seed makes the same interval again
   */
  public static Interval ofMean(double[] values, long seed) {
    if (values.length == 0) {
      return new Interval(Double.NaN, Double.NaN);
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[SAMPLES];
    for (int sample = 0; sample < SAMPLES; sample++) {
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += values[random.nextInt(values.length)];
      }
      means[sample] = sum / values.length;
    }
    Arrays.sort(means);
    return new Interval(means[(int) (SAMPLES * 0.025)], means[(int) (SAMPLES * 0.975) - 1]);
  }
}

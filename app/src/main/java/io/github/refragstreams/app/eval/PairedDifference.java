package io.github.refragstreams.app.eval;

import java.util.Arrays;

/**
 * How much better one system is than another on the same questions.
 *
 * @param mean mean difference per question
 * @param interval 95 % interval of the mean
 */
record PairedDifference(double mean, Interval interval) {
  /** Where there is nothing to compare: NaN. */
  static final PairedDifference NONE = of(new double[0], 0);

  /**
   * @param differences one per question
   * @param seed makes the same interval again
   */
  static PairedDifference of(double[] differences, long seed) {
    return new PairedDifference(
        Arrays.stream(differences).average().orElse(Double.NaN),
        Interval.ofMean(differences, seed));
  }
}

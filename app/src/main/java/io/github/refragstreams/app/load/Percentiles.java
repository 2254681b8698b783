package io.github.refragstreams.app.load;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.ToDoubleFunction;

/** Values in order of size. */
final class Percentiles {
  private final double[] sorted;

  Percentiles(double[] values) {
    sorted = values.clone();
    Arrays.sort(sorted);
  }

  static <T> Percentiles of(Collection<T> items, ToDoubleFunction<T> value) {
    return new Percentiles(items.stream().mapToDouble(value).toArray());
  }

  /**
   * The smallest value that at least {@code percent} of all do not exceed; NaN without values.
   *
   * @param percent above 0, at most 100
   */
  double at(double percent) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[Math.max(0, (int) Math.ceil(percent / 100 * sorted.length) - 1)];
  }
}

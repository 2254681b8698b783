package io.github.refragstreams.app.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What one system achieved on the questions so far. */
final class SystemScore {
  /**
   * One answered question.
   *
   * @param exactMatch 0 or 1
   * @param f1 token F1
   * @param positions positions of the prompt
   * @param compression tokens of the passages per position spent on them; NaN without passages
   * @param cachedMillis time to first token when the vectors are there
   * @param uncachedMillis time to first token when they must be computed
   * @param leftOut passages for which the window had no room
   */
  record Row(
      double exactMatch,
      double f1,
      int positions,
      double compression,
      double cachedMillis,
      double uncachedMillis,
      int leftOut) {}

  private final List<Row> rows = new ArrayList<>();

  void add(Row row) {
    rows.add(row);
  }

  int questions() {
    return rows.size();
  }

  double exactMatch() {
    return mean(Row::exactMatch);
  }

  double f1() {
    return mean(Row::f1);
  }

  Interval f1Interval(long seed) {
    return Interval.ofMean(rows.stream().mapToDouble(Row::f1).toArray(), seed);
  }

  /**
   * By how much the F1 of {@code this} is above that of another system, question by question.
   *
   * @param that answered the same questions in the same order
   */
  PairedDifference above(SystemScore that, long seed) {
    double[] differences = new double[rows.size()];
    Arrays.setAll(differences, i -> rows.get(i).f1() - that.rows.get(i).f1());
    return PairedDifference.of(differences, seed);
  }

  double positions() {
    return mean(Row::positions);
  }

  double compression() {
    return mean(Row::compression);
  }

  double cachedMillis() {
    return median(Row::cachedMillis);
  }

  double uncachedMillis() {
    return median(Row::uncachedMillis);
  }

  /** Passages that were left out, of all questions. */
  int leftOut() {
    return rows.stream().mapToInt(Row::leftOut).sum();
  }

  private double mean(ToDoubleFunction<Row> value) {
    return rows.stream().mapToDouble(value).average().orElse(Double.NaN);
  }

  private double median(ToDoubleFunction<Row> value) {
    return Medians.of(rows.stream().mapToDouble(value).toArray());
  }
}

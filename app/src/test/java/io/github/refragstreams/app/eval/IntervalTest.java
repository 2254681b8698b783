package io.github.refragstreams.app.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IntervalTest {
  @Test
  void isTheNormalIntervalForManyValues() {
    // Given
    double[] values = IntStream.range(0, 400).mapToDouble(i -> i % 2).toArray();
    // When
    Interval interval = Interval.ofMean(values, 7);
    // Then: 0.5 ± 1.96 · 0.5 / √400
    assertThat(interval.low()).isEqualTo(0.451, within(0.006));
    assertThat(interval.high()).isEqualTo(0.549, within(0.006));
  }

  @Test
  void isTheSameForTheSameSeed() {
    double[] values = {0, 1, 0.5, 1, 0.2};
    assertThat(Interval.ofMean(values, 3)).isEqualTo(Interval.ofMean(values, 3));
  }

  @Test
  void isAPointForEqualValues() {
    assertThat(Interval.ofMean(new double[] {0.25, 0.25}, 1)).isEqualTo(new Interval(0.25, 0.25));
  }

  @Test
  void isNotANumberWithoutValues() {
    assertThat(Interval.ofMean(new double[0], 1).low()).isNaN();
  }
}

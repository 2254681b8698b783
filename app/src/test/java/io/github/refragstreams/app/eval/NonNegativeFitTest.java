package io.github.refragstreams.app.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class NonNegativeFitTest {
  private static final Offset<Double> CLOSE = within(1e-9);

  @Test
  void isTheOrdinaryFitWhereThatIsNotNegative() {
    // When: values 1, 2, 4 at 0, 1, 2
    double[] fit = NonNegativeFit.of(new double[][] {{1, 0}, {1, 1}, {1, 2}}, values(1, 2, 4));
    // Then
    assertThat(fit).containsExactly(values(5.0 / 6, 1.5), CLOSE);
  }

  @Test
  void leavesOutWhatWouldBeNegative() {
    // When: values fall, so the slope is none and the rest is their mean
    double[] fit = NonNegativeFit.of(new double[][] {{1, 0}, {1, 1}, {1, 2}}, values(4, 2, 0));
    // Then
    assertThat(fit).containsExactly(values(2, 0), CLOSE);
  }

  @Test
  void isNothingForNegativeValues() {
    assertThat(NonNegativeFit.of(new double[][] {{1}, {2}}, values(-1, -2))).containsExactly(0);
  }

  @Test
  void takesColumnsOfDifferentSize() {
    // When
    double[] fit =
        NonNegativeFit.of(
            new double[][] {{1, 1e6}, {1, 4e6}, {1, 9e6}}, values(3 + 1e-3, 3 + 4e-3, 3 + 9e-3));
    // Then
    assertThat(fit[0]).isEqualTo(3, CLOSE);
    assertThat(fit[1]).isEqualTo(1e-9, within(1e-15));
  }

  @Test
  void takesOneOfTwoEqualColumns() {
    // When
    double[] fit = NonNegativeFit.of(new double[][] {{1, 1}, {2, 2}}, values(3, 6));
    // Then
    assertThat(fit[0] + fit[1]).isEqualTo(3, CLOSE);
  }

  private static double[] values(double... values) {
    return values;
  }
}

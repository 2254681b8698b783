package io.github.refragstreams.app.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SlopeTest {
  @Test
  void growsByAsMuchAsTheLineThatFitsBest() {
    assertThat(Slope.of(new double[] {0, 1, 2, 3}, new double[] {5, 7, 9, 11}))
        .isCloseTo(2, within(1e-9));
    assertThat(Slope.of(new double[] {0, 1, 2, 3}, new double[] {1, -1, 1, -1}))
        .isCloseTo(-0.4, within(1e-9));
  }

  @Test
  void isFlatWhereNothingCanBeSaid() {
    assertThat(Slope.of(new double[] {1, 1}, new double[] {3, 9})).isZero();
  }
}

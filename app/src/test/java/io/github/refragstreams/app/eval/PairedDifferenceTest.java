package io.github.refragstreams.app.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedDifferenceTest {
  @Test
  void isTheMeanWithItsInterval() {
    // Given: mean 0.1, deviation 0.5
    double[] differences = IntStream.range(0, 400).mapToDouble(i -> i % 2 - 0.4).toArray();
    // When
    PairedDifference paired = PairedDifference.of(differences, 7);
    // Then: 0.1 ± 1.96 · 0.5 / √400
    assertThat(paired.mean()).isEqualTo(0.1, within(1e-9));
    assertThat(paired.interval().low()).isEqualTo(0.051, within(0.006));
    assertThat(paired.interval().high()).isEqualTo(0.149, within(0.006));
  }

  @Test
  void isNotANumberWithoutQuestions() {
    assertThat(PairedDifference.NONE.mean()).isNaN();
    assertThat(PairedDifference.NONE.interval().low()).isNaN();
  }
}

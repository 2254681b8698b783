package io.github.refragstreams.app.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PercentilesTest {
  @Test
  void isTheSmallestValueThatEnoughOthersDoNotExceed() {
    // Given
    Percentiles values = Percentiles.of(List.of(30, 10, 20, 40), Integer::doubleValue);
    // Then
    assertThat(values.at(1)).isEqualTo(10);
    assertThat(values.at(50)).isEqualTo(20);
    assertThat(values.at(51)).isEqualTo(30);
    assertThat(values.at(100)).isEqualTo(40);
  }

  @Test
  void isNotANumberWithoutValues() {
    assertThat(new Percentiles(new double[0]).at(50)).isNaN();
  }
}

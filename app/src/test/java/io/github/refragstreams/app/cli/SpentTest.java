package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SpentTest {
  @Test
  void tellsTimeAndMemory() {
    assertThat(new Spent(11_249, OptionalLong.of(870)).untilTheAnswer())
        .isEqualTo("answered 11.2 s after the start, peak resident memory 870 MB");
  }

  @Test
  void tellsTheTimeWhereMemoryIsNotKnown() {
    assertThat(new Spent(900, OptionalLong.empty()).untilTheAnswer())
        .isEqualTo("answered 0.9 s after the start");
  }

  @Test
  void countsFromTheStartOfTheProcess() {
    // When
    Spent sooner = Spent.soFar();
    Spent later = Spent.soFar();
    // Then
    assertThat(sooner.millis()).isPositive();
    assertThat(later.millis()).isGreaterThanOrEqualTo(sooner.millis());
  }
}

package io.github.refragstreams.topology.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.model.PlanOptions;
import io.github.refragstreams.topology.DegradeConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QualityTest {
  private static final DegradeConfig CONFIG = new DegradeConfig(true, Duration.ofSeconds(1), 0.1f);

  @ParameterizedTest
  @CsvSource({"0, 0.4, 2", "1, 0.3, 2", "2, 0.2, 2", "3, 0.1, 2", "4, 0.1, 1", "5, 0.1, 0"})
  void lowersTheShareOfRawChunksAndThenTheRawTurns(int level, float share, int turns) {
    // When
    Quality quality = Quality.at(level, asked(0.4f), 2, CONFIG);
    // Then
    assertThat(quality.level()).isEqualTo(level);
    assertThat(quality.plan().expandFraction()).isCloseTo(share, within(1e-6f));
    assertThat(quality.rawTurns()).isEqualTo(turns);
  }

  @Test
  void lowersTheMostRawTokensAlike() {
    // Given
    PlanOptions asked = new PlanOptions(ExpansionMode.MIXED, 0.4f, 96, 500);
    // Then
    assertThat(Quality.at(0, asked, 0, CONFIG).plan()).isEqualTo(asked);
    assertThat(Quality.at(3, asked, 0, CONFIG).plan().expandTokens()).isEqualTo(24);
  }

  @Test
  void theHighestLevelLeavesNoRawTurn() {
    assertThat(Quality.at(Quality.mostLevel(7), asked(0.4f), 7, CONFIG).rawTurns()).isZero();
    assertThat(Quality.at(Quality.mostLevel(7) - 1, asked(0.4f), 7, CONFIG).rawTurns()).isOne();
  }

  @Test
  void doesNotRaiseWhatAQueryAsksFor() {
    assertThat(Quality.at(3, asked(0.05f), 0, CONFIG).plan()).isEqualTo(asked(0.05f));
  }

  @Test
  void endsAtTheLeastShareWhateverIsAskedFor() {
    for (int n = 0; n <= 1_000; n++) {
      for (float least : new float[] {0f, 0.05f, 0.333f}) {
        // Given
        PlanOptions asked = asked(n / 1_000f);
        DegradeConfig config = new DegradeConfig(true, Duration.ofSeconds(1), least);
        // When
        float share = Quality.at(3, asked, 0, config).plan().expandFraction();
        // Then
        assertThat(share).isEqualTo(Math.min(asked.expandFraction(), least));
      }
    }
  }

  private static PlanOptions asked(float share) {
    return new PlanOptions(ExpansionMode.MIXED, share, 500);
  }
}

package io.github.refragstreams.topology.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

import io.github.refragstreams.model.ExpansionBudget;
import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.model.PlanOptions;
import io.github.refragstreams.schemas.Mode;
import io.github.refragstreams.topology.DegradeConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QualityTest {
  private static final DegradeConfig CONFIG = new DegradeConfig(true, Duration.ofSeconds(1), 0.1f);

  @ParameterizedTest
  @CsvSource({
    "0, MIXED, 0.4, 2",
    "1, SELECTED, 0.4, 2",
    "2, SELECTED, 0.3, 2",
    "3, SELECTED, 0.2, 2",
    "4, SELECTED, 0.1, 2",
    "5, SELECTED, 0.1, 1",
    "6, SELECTED, 0.1, 0"
  })
  void leavesOutVectorsThenRawChunksAndThenRawTurns(
      int level, ExpansionMode mode, float share, int turns) {
    // When
    Quality quality = Quality.at(level, asked(0.4f), Mode.AUTO, 2, CONFIG);
    // Then
    assertThat(quality.level()).isEqualTo(level);
    assertThat(quality.plan().mode()).isEqualTo(mode);
    assertThat(quality.plan().expansion().fraction()).isCloseTo(share, within(1e-6f));
    assertThat(quality.rawTurns()).isEqualTo(turns);
  }

  @ParameterizedTest
  @EnumSource(ExpansionMode.class)
  void aQueryKeepsTheModeThatItAsksFor(ExpansionMode mode) {
    // Given
    PlanOptions asked = new PlanOptions(mode, new ExpansionBudget(0.4f, 64, 96), 500);
    // When
    Quality quality = Quality.at(6, asked, Mode.valueOf(mode.name()), 2, CONFIG);
    // Then
    assertThat(quality.plan())
        .isEqualTo(new PlanOptions(mode, new ExpansionBudget(0.1f, 16, 24), 500));
  }

  @ParameterizedTest
  @EnumSource(value = ExpansionMode.class, mode = EXCLUDE, names = "MIXED")
  void aConfiguredModeWithoutAChoiceOfVectorsStays(ExpansionMode mode) {
    // Given
    PlanOptions asked = new PlanOptions(mode, 0.4f, 500);
    // Then
    assertThat(Quality.at(1, asked, Mode.AUTO, 2, CONFIG)).isEqualTo(new Quality(1, asked, 2));
  }

  @ParameterizedTest
  @CsvSource({"0.4, 0", "0, 0.1", "0, 0"})
  void vectorsStayWhereNoChunkNeedStayRaw(float share, float least) {
    // Given
    DegradeConfig config = new DegradeConfig(true, Duration.ofSeconds(1), least);
    // Then
    for (int level = 0; level <= Quality.mostLevel(2); level++) {
      assertThat(Quality.at(level, asked(share), Mode.AUTO, 2, config).plan().mode())
          .isEqualTo(ExpansionMode.MIXED);
    }
  }

  @Test
  void lowersTheTokensThatBoundTheShareAlike() {
    // Given
    ExpansionBudget budget = new ExpansionBudget(0.4f, 64, 96);
    PlanOptions asked = new PlanOptions(ExpansionMode.MIXED, budget, 500);
    // Then
    assertThat(Quality.at(0, asked, Mode.AUTO, 0, CONFIG).plan()).isEqualTo(asked);
    assertThat(Quality.at(1, asked, Mode.AUTO, 0, CONFIG).plan().expansion()).isEqualTo(budget);
    assertThat(Quality.at(4, asked, Mode.AUTO, 0, CONFIG).plan().expansion())
        .isEqualTo(new ExpansionBudget(0.1f, 16, 24));
  }

  @Test
  void theHighestLevelLeavesNoRawTurn() {
    int most = Quality.mostLevel(7);
    assertThat(Quality.at(most, asked(0.4f), Mode.AUTO, 7, CONFIG).rawTurns()).isZero();
    assertThat(Quality.at(most - 1, asked(0.4f), Mode.AUTO, 7, CONFIG).rawTurns()).isOne();
  }

  @Test
  void doesNotRaiseWhatAQueryAsksFor() {
    assertThat(Quality.at(4, asked(0.05f), Mode.MIXED, 0, CONFIG).plan()).isEqualTo(asked(0.05f));
  }

  @Test
  void endsAtTheLeastShareWhateverIsAskedFor() {
    for (int n = 0; n <= 1_000; n++) {
      for (float least : new float[] {0f, 0.05f, 0.333f}) {
        // Given
        PlanOptions asked = asked(n / 1_000f);
        DegradeConfig config = new DegradeConfig(true, Duration.ofSeconds(1), least);
        // When
        float share = Quality.at(4, asked, Mode.AUTO, 0, config).plan().expansion().fraction();
        // Then
        assertThat(share).isEqualTo(Math.min(asked.expansion().fraction(), least));
      }
    }
  }

  private static PlanOptions asked(float share) {
    return new PlanOptions(ExpansionMode.MIXED, share, 500);
  }
}

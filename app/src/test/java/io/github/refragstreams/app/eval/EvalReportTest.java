package io.github.refragstreams.app.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.model.ExpansionBudget;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EvalReportTest {
  private static final SystemScore HALF_AND_ALL = score(0.5, 1);
  private static final SystemScore NOTHING_AND_HALF = score(0, 0.5);
  private static final SystemScore ALL_AND_NOTHING = score(1, 0);

  @Test
  void comparesEverySystemWithRefragQuestionByQuestion() {
    // When
    EvalReport report =
        report(
            Map.of(
                EvalSystem.REFRAG, HALF_AND_ALL,
                EvalSystem.NONE, NOTHING_AND_HALF,
                EvalSystem.FULL, ALL_AND_NOTHING),
            null);
    // Then: 0.5 twice; -0.5 and 1, and a quarter of all samples has one of them twice
    JsonNode systems = json(report).at("/systems");
    assertThat(paired(systems.get("none"))).containsExactly(0.5, 0.5, 0.5);
    assertThat(paired(systems.get("full"))).containsExactly(0.25, -0.5, 1.0);
    assertThat(paired(systems.get("refrag"))).containsOnlyNulls();
    assertThat(report.table().toString().lines().map(String::stripTrailing))
        .satisfiesOnlyOnce(line -> assertThat(line).endsWith("refrag - it (95 %)"))
        .satisfiesOnlyOnce(line -> assertThat(line).startsWith("refrag").endsWith(" -"))
        .satisfiesOnlyOnce(line -> assertThat(line).endsWith("50.0 (50.0 to 50.0)"))
        .satisfiesOnlyOnce(line -> assertThat(line).endsWith("25.0 (-50.0 to 100.0)"));
  }

  @Test
  void tellsRetentionOnlyWhereFullPassagesGain() {
    // When
    EvalReport gaining =
        report(Map.of(EvalSystem.NONE, NOTHING_AND_HALF, EvalSystem.FULL, HALF_AND_ALL), null);
    EvalReport undecided =
        report(Map.of(EvalSystem.NONE, NOTHING_AND_HALF, EvalSystem.FULL, ALL_AND_NOTHING), null);
    // Then
    assertThat(json(gaining).at("/systems/full/retention").doubleValue()).isEqualTo(1);
    assertThat(json(undecided).at("/systems/full/retention").isNull()).isTrue();
  }

  @Test
  void tellsHowManyPassagesTheWindowHadNoRoomFor() {
    // When
    EvalReport report = report(Map.of(EvalSystem.FULL, HALF_AND_ALL), null);
    // Then
    assertThat(json(report).at("/systems/full/left_out").intValue()).isEqualTo(4);
  }

  @Test
  void comparesNothingWithoutRefrag() {
    // When
    EvalReport report = report(Map.of(EvalSystem.NONE, NOTHING_AND_HALF), null);
    // Then
    assertThat(paired(json(report).at("/systems/none"))).containsOnlyNulls();
    assertThat(report.table().toString().stripTrailing()).endsWith(" -");
  }

  @Test
  void tellsWhatRivalsWereMatchedBy() {
    // Given
    PrefillCost cost =
        new PrefillCost(5, 0.5, 0, 1, 0.25, List.of(new PrefillCost.Sample(2, 2, 16)));
    // When
    JsonNode json = json(report(Map.of(), cost));
    // Then
    assertThat(json.at("/match").textValue()).isEqualTo("ttft");
    JsonNode values = json.at("/prefill_cost");
    assertThat(values.fieldNames())
        .toIterable()
        .containsExactly(
            "fixed_ms",
            "raw_ms",
            "raw_squared_ms",
            "position_ms",
            "position_squared_ms",
            "samples");
    assertThat(values.get("raw_ms").doubleValue()).isEqualTo(0.5);
    assertThat(values.at("/samples/0/ms").doubleValue()).isEqualTo(16);
    assertThat(values.at("/samples/0/fit_ms").doubleValue()).isEqualTo(14, within(1e-9));
  }

  /** Difference, low, high. */
  private static List<@Nullable Double> paired(JsonNode system) {
    List<@Nullable Double> values = new ArrayList<>();
    for (String name : List.of("paired_difference", "paired_low", "paired_high")) {
      JsonNode value = system.get(name);
      values.add(value.isNull() ? null : Double.valueOf(value.doubleValue()));
    }
    return values;
  }

  private static SystemScore score(double... f1) {
    SystemScore score = new SystemScore();
    for (double value : f1) {
      score.add(new SystemScore.Row(0, value, 10, 1, 1, 1, 2));
    }
    return score;
  }

  private static EvalReport report(
      Map<EvalSystem, SystemScore> scores, @Nullable PrefillCost cost) {
    EvalOptions options =
        new EvalOptions(List.copyOf(scores.keySet()), 2, ExpansionBudget.of(0.1f), 8, 500, 7, cost);
    return new EvalReport(new LinkedHashMap<>(scores), options, "fake@1");
  }

  private static JsonNode json(EvalReport report) {
    return new ObjectMapper().valueToTree(report.values());
  }
}

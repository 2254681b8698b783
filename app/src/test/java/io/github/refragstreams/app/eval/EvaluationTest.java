package io.github.refragstreams.app.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.data.Question;
import io.github.refragstreams.model.ExpansionBudget;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Example> EXAMPLES =
      List.of(example("a", "some red words"), example("b", "and more of them"));

  /** Knows the answer as soon as anything stands before the question. */
  private final Models models =
      FakeModels.answering(prompt -> hasPassages(prompt) ? "right" : "no idea");

  @Test
  void scoresEverySystem() {
    // Given
    List<EvalSystem> all = List.of(EvalSystem.values());
    List<Prediction> predictions = new ArrayList<>();
    List<Integer> progress = new ArrayList<>();
    // When
    EvalReport report =
        new Evaluation(models, options(all)).run(EXAMPLES, predictions::add, progress::add);
    // Then
    assertThat(predictions).hasSize(2 * all.size());
    assertThat(progress).containsExactly(1, 2);
    JsonNode json = json(report);
    assertThat(json.at("/systems").fieldNames())
        .toIterable()
        .containsExactly(
            "refrag",
            "compressed",
            "full",
            "none",
            "top1",
            "truncated",
            "fewer",
            "only",
            "shuffled");
    JsonNode full = json.at("/systems/full");
    assertThat(full.fieldNames())
        .toIterable()
        .containsExactly(
            "em",
            "f1",
            "f1_low",
            "f1_high",
            "positions",
            "compression",
            "ttft_ms_cached",
            "ttft_ms_uncached",
            "retention",
            "questions",
            "left_out",
            "paired_difference",
            "paired_low",
            "paired_high");
    assertThat(List.of("em", "f1", "f1_low", "f1_high", "compression", "retention"))
        .allSatisfy(key -> assertThat(full.get(key).doubleValue()).isEqualTo(1));
    assertThat(full.get("questions").intValue()).isEqualTo(2);
    assertThat(json.at("/systems/none/retention").doubleValue()).isZero();
    assertThat(json.at("/systems/none/compression").isNull()).isTrue();
    assertThat(json.at("/bundle").textValue()).isEqualTo("fake@1");
    assertThat(json.at("/seed").longValue()).isEqualTo(7);
    assertThat(json.at("/match").textValue()).isEqualTo("positions");
    assertThat(json.has("prefill_cost")).isFalse();
  }

  @Test
  void givesPassagesTheScoresOfASearch() {
    // Given
    List<Passage> passages =
        List.of(
            new Passage("p0", null, "red is a colour of fire"),
            new Passage("p1", null, "a blue shirt over there"));
    Example example =
        new Example(
            new Question("q", "", "which is blue", List.of(), List.of(), List.of()), passages);
    List<Prediction> predictions = new ArrayList<>();
    // When
    new Evaluation(FakeModels.answering(EvaluationTest::text), options(List.of(EvalSystem.FEWER)))
        .run(List.of(example), predictions::add, done -> {});
    // Then
    assertThat(predictions)
        .singleElement()
        .extracting(Prediction::text)
        .asString()
        .contains("blue shirt")
        .doesNotContain("red");
  }

  @Test
  void readsTheBestPassageWholeWhateverItCosts() {
    // Given
    String best = "a blue shirt over there, " + "and more of it ".repeat(20) + "to the end";
    List<Passage> passages =
        List.of(new Passage("p0", null, "red is a colour of fire"), new Passage("p1", null, best));
    Example example =
        new Example(
            new Question("q", "", "which shirt is blue", List.of(), List.of(), List.of()),
            passages);
    List<Prediction> predictions = new ArrayList<>();
    // When
    new Evaluation(FakeModels.answering(EvaluationTest::text), options(List.of(EvalSystem.TOP1)))
        .run(List.of(example), predictions::add, done -> {});
    // Then
    assertThat(predictions)
        .singleElement()
        .extracting(Prediction::text)
        .asString()
        .contains(best)
        .doesNotContain("red");
  }

  @Test
  void addsEncodingToUncachedTimesWhereVectorsAreRead() {
    // When
    EvalReport report =
        new Evaluation(models, options(List.of(EvalSystem.COMPRESSED, EvalSystem.FULL)))
            .run(EXAMPLES, prediction -> {}, done -> {});
    // Then
    JsonNode systems = json(report).at("/systems");
    assertThat(systems.at("/compressed/ttft_ms_uncached").doubleValue())
        .isGreaterThan(systems.at("/compressed/ttft_ms_cached").doubleValue());
    assertThat(systems.at("/full/ttft_ms_uncached").doubleValue())
        .isEqualTo(systems.at("/full/ttft_ms_cached").doubleValue());
    assertThat(systems.at("/full/retention").isNull()).isTrue();
  }

  @Test
  void needsASecondQuestionToSwapVectors() {
    // Given
    Evaluation evaluation = new Evaluation(models, options(List.of(EvalSystem.SHUFFLED)));
    // When, Then
    assertThatThrownBy(() -> evaluation.run(EXAMPLES.subList(0, 1), p -> {}, d -> {}))
        .hasMessage("there are 1 questions; the chosen systems need at least 2");
  }

  /** The raw characters of a prompt. */
  private static String text(Prompt prompt) {
    return prompt.segments().stream()
        .filter(Segment.Tokens.class::isInstance)
        .map(Segment.Tokens.class::cast)
        .map(tokens -> new String(tokens.ids(), 0, tokens.ids().length))
        .collect(Collectors.joining());
  }

  private static boolean hasPassages(Prompt prompt) {
    return prompt.segments().size() > 1;
  }

  private static EvalOptions options(List<EvalSystem> systems) {
    return new EvalOptions(systems, 2, ExpansionBudget.of(0.1f), 8, 500, 7, null);
  }

  private static Example example(String id, String text) {
    return new Example(
        new Question(id, "", "Which?", List.of("right"), List.of(id), List.of()),
        List.of(new Passage(id, null, text)));
  }

  private static JsonNode json(EvalReport report) {
    return JSON.valueToTree(report.values());
  }
}

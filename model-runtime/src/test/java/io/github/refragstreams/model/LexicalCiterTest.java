package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LexicalCiterTest {
  private final LexicalCiter citer = new LexicalCiter();
  private final AnswerPlanner planner =
      new DefaultAnswerPlanner(Fakes.template(), new LexicalChunkPolicy());

  private AnswerPlan plan(PassageContext... passages) {
    return planner.plan(
        "capital", List.of(), List.of(passages), new PlanOptions(ExpansionMode.MIXED, 0.2f, 1000));
  }

  @Test
  void citesTheCharactersThatCarryTheAnswer() {
    // Given
    String text = "Its capital is Ulan Bator, on the Tuul.";
    AnswerPlan plan =
        plan(
            Fakes.passage("mn", 0, "Mongolia", text, 4),
            Fakes.passage("fr", 1, "France", "Its capital is Paris.", 4));
    // When
    List<CitedSpan> cited = citer.cite(plan, "Ulan Bator");
    // Then
    assertThat(cited).hasSize(1);
    CitedSpan span = cited.get(0);
    assertThat(text.substring(span.start(), span.end())).isEqualTo("Ulan Bator");
    assertThat(span.passageId()).isEqualTo("mn");
    ChunkedText chunks = plan.passages().get(0).chunks();
    assertThat(chunks.charStart(span.firstChunk())).isLessThanOrEqualTo(span.start());
    assertThat(chunks.charEnd(span.lastChunk())).isGreaterThanOrEqualTo(span.end());
  }

  @Test
  void takesTheShortestSpanWithAllWords() {
    // Given
    String text = "Bator far away from all that is Ulan and then Ulan Bator again";
    // When
    CitedSpan span = citer.cite(plan(Fakes.passage("a", 0, null, text, 4)), "Ulan Bator").get(0);
    // Then
    assertThat(text.substring(span.start(), span.end())).isEqualTo("Ulan Bator");
    assertThat(span.start()).isGreaterThan(40);
  }

  @Test
  void citesNothingThatWasLeftOut() {
    // Given
    PassageContext passage =
        Fakes.passage("a", 0, null, "oslo is far, its capital is xxxx, not oslo", 8);
    // When
    AnswerPlan plan = selected("capital", passage, 0.2f);
    // Then
    assertThat(citer.cite(plan, "capital")).hasSize(1);
    assertThat(citer.cite(plan, "oslo")).isEmpty();
  }

  @Test
  void citesNoSpanOverWhatWasLeftOut() {
    // Given: chunks "one xxxx", " far two", " xx one ", "six xxx"
    PassageContext passage = Fakes.passage("a", 0, null, "one xxxx far two xx one six xxx", 8);
    // When: the first and the third are raw
    AnswerPlan plan = selected("one", passage, 0.5f);
    CitedSpan span = citer.cite(plan, "one six").get(0);
    // Then
    assertThat(plan.raw().get(0)).containsExactly(true, false, true, false);
    assertThat(passage.text().substring(span.start(), span.end())).isEqualTo("one");
  }

  private AnswerPlan selected(String question, PassageContext passage, float share) {
    return planner.plan(
        question,
        List.of(),
        List.of(passage),
        new PlanOptions(ExpansionMode.SELECTED, share, 1000));
  }

  @Test
  void saysWhetherAChunkOfTheSpanStayedRaw() {
    // Given
    AnswerPlan plan =
        plan(
            Fakes.passage(
                "a", 0, null, "xxx capital yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy oslo", 8));
    // When
    boolean near = citer.cite(plan, "capital").get(0).expanded();
    boolean far = citer.cite(plan, "oslo").get(0).expanded();
    // Then
    assertThat(near).isTrue();
    assertThat(far).isFalse();
  }

  @Test
  void citesNothingForWordsThatNoPassageHas() {
    // Given
    AnswerPlan plan = plan(Fakes.passage("a", 0, null, "some text", 4));
    // When / Then
    assertThat(citer.cite(plan, "elsewhere")).isEmpty();
    assertThat(citer.cite(plan, "")).isEmpty();
  }
}

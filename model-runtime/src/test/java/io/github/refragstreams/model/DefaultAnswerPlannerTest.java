package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class DefaultAnswerPlannerTest {
  private final AnswerPlanner planner =
      new DefaultAnswerPlanner(Fakes.template(), new LexicalChunkPolicy());

  @Test
  void ordersPassagesByRankAndLabelsThem() {
    // Given
    List<PassageContext> passages =
        List.of(Fakes.passage("b", 1, null, "efgh", 4), Fakes.passage("a", 0, null, "abcdef", 4));
    // When
    AnswerPlan plan =
        planner.plan(
            " why ", List.of(), passages, new PlanOptions(ExpansionMode.COMPRESSED, 0.5f, 100));
    // Then
    assertThat(Fakes.read(plan.prompt())).isEqualTo("[1] ##\n[2] #?whyTAIL");
    assertThat(plan.passages()).extracting(PassageContext::passageId).containsExactly("a", "b");
    assertThat(plan.contextTokens()).isEqualTo(10);
    assertThat(plan.contextPositions()).isEqualTo(3);
    assertThat(plan.promptPositions()).isEqualTo(4 + plan.prompt().positions());
  }

  @Test
  void asksBeforeThePassagesWhereTheTemplateDoes() {
    // Given
    AnswerPlanner asking =
        new DefaultAnswerPlanner(Fakes.template("!{question}:"), new LexicalChunkPolicy());
    List<PassageContext> passages = List.of(Fakes.passage("a", 0, null, "abcdef", 4));
    PlanOptions enough = new PlanOptions(ExpansionMode.COMPRESSED, 0f, 4 + 5 + 4 + 2 + 8);
    PlanOptions tooFew = new PlanOptions(ExpansionMode.COMPRESSED, 0f, 4 + 5 + 8 - 1);
    // When
    AnswerPlan plan = asking.plan(" why ", List.of(), passages, enough);
    // Then
    assertThat(Fakes.read(plan.prompt())).isEqualTo("!why:[1] ##?whyTAIL");
    assertThat(plan.promptPositions()).isEqualTo(enough.maxPositions());
    assertThatThrownBy(() -> asking.plan("why", List.of(), passages, tooFew))
        .hasMessage("head and question take 17 positions; the prompt may have 16");
  }

  @Test
  void asksNoPolicyWhereNothingMayBeExpanded() {
    // Given
    ChunkPolicy unwanted =
        new ChunkPolicy() {
          @Override
          public String id() {
            return "unwanted";
          }

          @Override
          public List<float[]> score(String question, List<PassageContext> passages) {
            throw new AssertionError("nothing is to be chosen");
          }
        };
    // When
    AnswerPlan plan =
        new DefaultAnswerPlanner(Fakes.template(), unwanted)
            .plan(
                "why",
                List.of(),
                List.of(Fakes.passage("a", 0, null, "abcdef", 4)),
                new PlanOptions(ExpansionMode.MIXED, 0f, 100));
    // Then
    assertThat(plan.chunksExpanded()).isZero();
    assertThat(plan.scores()).containsExactly(new float[] {0, 0});
  }

  @Test
  void leavesOutWhatIsNotSelectedAndLabelsWhatIs() {
    // Given
    List<PassageContext> passages =
        List.of(
            Fakes.passage("a", 0, null, "1111222233334444", 4),
            Fakes.passage("b", 1, null, "1111 oslo 222 33", 4));
    // When
    AnswerPlan selected =
        planner.plan(
            "oslo", List.of(), passages, new PlanOptions(ExpansionMode.SELECTED, 0.125f, 100));
    AnswerPlan mixed =
        planner.plan(
            "oslo", List.of(), passages, new PlanOptions(ExpansionMode.MIXED, 0.125f, 100));
    // Then
    assertThat(Fakes.read(mixed.prompt())).isEqualTo("[1] ####\n[2] # osl##?osloTAIL");
    assertThat(Fakes.read(selected.prompt())).isEqualTo("[1]  osl?osloTAIL");
    assertThat(selected.raw()).containsExactlyElementsOf(mixed.raw());
    assertThat(selected.passages()).isEqualTo(passages);
    assertThat(selected.leftOut()).isEmpty();
    assertThat(selected.contextPositions()).isEqualTo(4);
    assertThat(selected.compression()).isEqualTo(8f);
    assertThat(selected.reads(1, 1)).isTrue();
    assertThat(selected.reads(1, 0)).isFalse();
    assertThat(mixed.reads(1, 0)).isTrue();
  }

  @Test
  void spendsNothingOnWhatIsLeftOut() {
    // Given: 16 chunks, and room for just their vectors
    List<PassageContext> passages =
        List.of(Fakes.passage("a", 0, null, "1111 oslo 222 33".repeat(4), 4));
    int room = 4 + "[1] ?osloTAIL".length() + 16;
    // When
    AnswerPlan mixed =
        planner.plan("oslo", List.of(), passages, new PlanOptions(ExpansionMode.MIXED, 0.5f, room));
    AnswerPlan selected =
        planner.plan(
            "oslo", List.of(), passages, new PlanOptions(ExpansionMode.SELECTED, 0.5f, room));
    // Then
    assertThat(mixed.chunksExpanded()).isZero();
    assertThat(selected.chunksExpanded()).isEqualTo(4);
    assertThat(mixed.promptPositions()).isEqualTo(room);
    assertThat(selected.promptPositions()).isEqualTo(room);
  }

  @Test
  void keepsNoMoreTokensRawThanAllowed() {
    // Given: 16 chunks of 4 tokens
    List<PassageContext> passages =
        List.of(Fakes.passage("a", 0, null, "1111 oslo 222 33".repeat(4), 4));
    // Then: half of them, three, and at least one
    for (ExpansionMode mode : List.of(ExpansionMode.MIXED, ExpansionMode.SELECTED)) {
      assertThat(expanded(passages, new PlanOptions(mode, new ExpansionBudget(0.5f, 0, 64), 200)))
          .isEqualTo(8);
      assertThat(expanded(passages, new PlanOptions(mode, new ExpansionBudget(0.5f, 0, 12), 200)))
          .isEqualTo(3);
      assertThat(expanded(passages, new PlanOptions(mode, new ExpansionBudget(0.5f, 0, 1), 200)))
          .isEqualTo(1);
    }
  }

  private int expanded(List<PassageContext> passages, PlanOptions options) {
    return planner.plan("oslo", List.of(), passages, options).chunksExpanded();
  }

  @Test
  void selectsNothingOfNothing() {
    // When
    AnswerPlan none =
        planner.plan(
            "oslo", List.of(), List.of(), new PlanOptions(ExpansionMode.SELECTED, 0.5f, 100));
    AnswerPlan zero =
        planner.plan(
            "oslo",
            List.of(),
            List.of(Fakes.passage("a", 0, null, "oslo", 4)),
            new PlanOptions(ExpansionMode.SELECTED, 0f, 100));
    // Then
    assertThat(Fakes.read(none.prompt())).isEqualTo("?osloTAIL");
    assertThat(Fakes.read(zero.prompt())).isEqualTo("?osloTAIL");
    assertThat(zero.contextPositions()).isZero();
  }

  @Test
  void selectedChunksEnterAsTheirStatesWhereThePassageHasThem() {
    // Given
    PassageContext passage = withStates(Fakes.passage("a", 0, null, "1111 oslo 222 33", 4));
    // When
    AnswerPlan plan =
        planner.plan(
            "oslo",
            List.of(),
            List.of(passage),
            new PlanOptions(ExpansionMode.SELECTED, 0.25f, 100));
    // Then
    assertThat(Fakes.read(plan.prompt())).isEqualTo("[1] ####?osloTAIL");
    assertThat(((Segment.Chunks) plan.prompt().segments().get(1)).rows())
        .containsExactly(4, 5, 6, 7);
  }

  @Test
  void expandedChunksEnterAsTheirStatesWhereThePassageHasThem() {
    // Given
    PassageContext passage = withStates(Fakes.passage("a", 0, null, "1111 oslo 222 33", 4));
    // When
    AnswerPlan plan =
        planner.plan(
            "oslo", List.of(), List.of(passage), new PlanOptions(ExpansionMode.MIXED, 0.25f, 100));
    // Then
    assertThat(Fakes.read(plan.prompt())).isEqualTo("[1] #######?osloTAIL");
    assertThat(plan.chunksExpanded()).isEqualTo(1);
    assertThat(plan.prompt().segments())
        .filteredOn(Segment.Chunks.class::isInstance)
        .extracting(segment -> ((Segment.Chunks) segment).vectors().rows())
        .containsExactly(4, 16, 4);
    assertThat(((Segment.Chunks) plan.prompt().segments().get(2)).rows())
        .containsExactly(4, 5, 6, 7);
  }

  @Test
  void modeFullReadsTokensEvenWhereThereAreStates() {
    // Given
    PassageContext passage = withStates(Fakes.passage("a", 0, null, "abcdef", 4));
    // When
    AnswerPlan plan =
        planner.plan(
            "q", List.of(), List.of(passage), new PlanOptions(ExpansionMode.FULL, 0f, 100));
    // Then
    assertThat(Fakes.read(plan.prompt())).isEqualTo("[1] abcdef?qTAIL");
  }

  private static PassageContext withStates(PassageContext passage) {
    int tokens = passage.chunks().tokens();
    ChunkVectors states =
        ChunkVectors.ofFloats(tokens, Fakes.DIMENSION, new float[tokens * Fakes.DIMENSION]);
    return new PassageContext(
        passage.passageId(),
        passage.rank(),
        passage.score(),
        passage.title(),
        passage.text(),
        passage.chunks(),
        passage.vectors().withStates(states));
  }

  @Test
  void refusesStatesThatDoNotFitThePassage() {
    // Given
    PassageContext passage = Fakes.passage("a", 0, null, "abcdef", 4);
    ChunkVectors five = ChunkVectors.ofFloats(5, Fakes.DIMENSION, new float[5 * Fakes.DIMENSION]);
    ChunkVectors narrow = ChunkVectors.ofFloats(6, 1, new float[6]);
    // Then
    assertThatThrownBy(
            () ->
                new PassageContext(
                    "a",
                    0,
                    null,
                    null,
                    "abcdef",
                    passage.chunks(),
                    passage.vectors().withStates(five)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("passage a has 6 tokens but 5 token states");
    assertThatThrownBy(() -> passage.vectors().withStates(narrow))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("token states have 1 components; the vectors have 4");
  }

  @Test
  void keepsAllTokensInModeFull() {
    // Given
    List<PassageContext> passages = List.of(Fakes.passage("a", 0, "T", "abcdef", 4));
    // When
    AnswerPlan plan =
        planner.plan("q", List.of(), passages, new PlanOptions(ExpansionMode.FULL, 0f, 100));
    // Then
    assertThat(Fakes.read(plan.prompt())).isEqualTo("[1] T: abcdef?qTAIL");
    assertThat(plan.compression()).isEqualTo(1f);
    assertThat(plan.prompt().segments()).hasSize(1);
  }

  @Test
  void keepsTheChunkOfTheQuestionsWordsRaw() {
    // Given
    List<PassageContext> passages = List.of(Fakes.passage("a", 0, null, "1111 oslo 222 33", 4));
    // When
    AnswerPlan plan =
        planner.plan("oslo", List.of(), passages, new PlanOptions(ExpansionMode.MIXED, 0.25f, 100));
    // Then
    assertThat(Fakes.read(plan.prompt())).isEqualTo("[1] # osl##?osloTAIL");
    assertThat(plan.chunksExpanded()).isEqualTo(1);
  }

  @Test
  void leavesOutTheLowestRankedThatDoesNotFit() {
    // Given
    List<PassageContext> passages =
        List.of(Fakes.passage("a", 0, null, "abcdefgh", 4), Fakes.passage("b", 1, null, "ijkl", 4));
    // When: head 4, question 6, first passage 4 + 2, second 5 + 1
    AnswerPlan plan =
        planner.plan("q", List.of(), passages, new PlanOptions(ExpansionMode.COMPRESSED, 0f, 21));
    // Then
    assertThat(plan.passages()).extracting(PassageContext::passageId).containsExactly("a");
    assertThat(plan.leftOut()).extracting(PassageContext::passageId).containsExactly("b");
  }

  @Test
  void earlierTurnsStandBetweenPassagesAndQuestion() {
    // Given
    List<PassageContext> passages = List.of(Fakes.passage("a", 0, null, "abcdef", 4));
    // When
    AnswerPlan plan =
        planner.plan(
            "q",
            List.of(turn("q1", "a1", false), turn("q2", "a2", true)),
            passages,
            new PlanOptions(ExpansionMode.COMPRESSED, 0f, 200));
    // Then: 23 characters are 6 chunks
    assertThat(Fakes.read(plan.prompt()))
        .isEqualTo("[1] ##\n\n#####\n\nQuestion: q2\nAnswer: a2?qTAIL");
    assertThat(plan.history()).hasSize(2);
    assertThat(plan.rawTurns()).isEqualTo(1);
    assertThat(plan.contextPositions()).isEqualTo(2);
    assertThat(plan.promptPositions()).isEqualTo(4 + plan.prompt().positions());
  }

  @Test
  void leavesOutTheOldestTurnsThatDoNotFitInHalfOfThePositions() {
    // Given: head and question take 10, a turn 23 + 2
    List<PastTurn> history =
        List.of(turn("q1", "a1", true), turn("q2", "a2", true), turn("q3", "a3", true));
    // When
    AnswerPlan two =
        planner.plan(
            "q", history, List.of(), new PlanOptions(ExpansionMode.MIXED, 0f, 10 + 2 * 2 * 25));
    AnswerPlan one =
        planner.plan(
            "q", history, List.of(), new PlanOptions(ExpansionMode.MIXED, 0f, 9 + 2 * 2 * 25));
    // Then
    assertThat(Fakes.read(two.prompt())).contains("q2", "q3").doesNotContain("q1");
    assertThat(Fakes.read(one.prompt())).contains("q3").doesNotContain("q2");
  }

  private static PastTurn turn(String question, String answer, boolean raw) {
    ChunkedText chunks =
        new Chunker(new Fakes.CharTokenizer()).chunk(null, PastTurn.readText(question, answer), 5);
    return new PastTurn(chunks, raw ? null : Fakes.vectors(chunks));
  }

  @Test
  void refusesAQuestionThatCannotFit() {
    assertThatThrownBy(
            () ->
                planner.plan(
                    "long question",
                    List.of(),
                    List.of(),
                    new PlanOptions(ExpansionMode.MIXED, 0, 9)))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.INPUT))
        .hasMessage("head and question take 22 positions; the prompt may have 9");
  }

  @Test
  void refusesAnEmptyQuestion() {
    assertThatThrownBy(
            () ->
                planner.plan(
                    " \n", List.of(), List.of(), new PlanOptions(ExpansionMode.MIXED, 0, 100)))
        .isInstanceOf(ModelException.class)
        .hasMessage("the question is empty");
  }

  @Property(tries = 300)
  void neverExceedsTheBudgetAndCountsEveryPosition(
      @ForAll @Size(max = 6) List<@StringLength(max = 60) @AlphaChars String> texts,
      @ForAll ExpansionMode mode,
      @ForAll @FloatRange(min = 0, max = 1) float share,
      @ForAll @IntRange(min = 1, max = 9) int k,
      @ForAll @IntRange(min = 12, max = 200) int budget) {
    // Given
    List<PassageContext> passages = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      passages.add(Fakes.passage("p" + i, texts.size() - i, null, texts.get(i), k));
    }
    // When
    AnswerPlan plan = planner.plan("ab", List.of(), passages, new PlanOptions(mode, share, budget));
    // Then
    assertThat(plan.promptPositions()).isLessThanOrEqualTo(budget);
    assertThat(plan.promptPositions()).isEqualTo(4 + Fakes.read(plan.prompt()).length());
    assertThat(plan.passages().size() + plan.leftOut().size()).isEqualTo(texts.size());
    String read = Fakes.read(plan.prompt());
    int labelled = (int) read.chars().filter(c -> c == '[').count();
    int labels = labelled == 0 ? 0 : 5 * labelled - "\n".length();
    assertThat(plan.contextPositions()).isEqualTo(read.length() - labels - "?abTAIL".length());
  }
}

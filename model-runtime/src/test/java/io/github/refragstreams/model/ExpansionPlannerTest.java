package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExpansionPlannerTest {
  private static final List<ChunkedText> PASSAGES = List.of(chunks(8), chunks(6));

  private static final ExpansionBudget HALF = ExpansionBudget.of(0.5f);

  private static ChunkedText chunks(int tokens) {
    return new ChunkedText(4, new int[tokens], new int[tokens], 0);
  }

  @Test
  void takesTheBestScoresOverAllPassages() {
    // When
    List<boolean[]> raw =
        ExpansionPlanner.expand(
            PASSAGES, List.of(new float[] {1, 4}, new float[] {3, 2}), HALF, 1, 100);
    // Then
    assertThat(raw.get(0)).containsExactly(false, true);
    assertThat(raw.get(1)).containsExactly(true, false);
  }

  @Test
  void passesOverAChunkThatDoesNotFit() {
    // When: a whole chunk takes 3 more positions, the short last one 1
    List<boolean[]> raw =
        ExpansionPlanner.expand(
            PASSAGES, List.of(new float[] {1, 4}, new float[] {3, 2}), HALF, 1, 2);
    // Then
    assertThat(raw.get(0)).containsExactly(false, false);
    assertThat(raw.get(1)).containsExactly(false, true);
  }

  @Test
  void paysForAllTokensWhereNothingIsReplaced() {
    // When: the best takes 4 positions, the second 4, the third 2
    List<boolean[]> raw =
        ExpansionPlanner.expand(
            PASSAGES, List.of(new float[] {1, 4}, new float[] {3, 2}), HALF, 0, 6);
    // Then
    assertThat(raw.get(0)).containsExactly(false, true);
    assertThat(raw.get(1)).containsExactly(false, true);
  }

  @Test
  void takesNoMoreTokensThanAllowedExceptForTheBestChunk() {
    // When: the chunks have 4, 4, 4 and 2 tokens
    List<float[]> scores = List.of(new float[] {1, 4}, new float[] {3, 2});
    List<boolean[]> eight =
        ExpansionPlanner.expand(PASSAGES, scores, new ExpansionBudget(1f, 0, 8), 1, 100);
    List<boolean[]> one =
        ExpansionPlanner.expand(PASSAGES, scores, new ExpansionBudget(1f, 0, 1), 1, 100);
    // Then
    assertThat(eight.get(0)).containsExactly(false, true);
    assertThat(eight.get(1)).containsExactly(true, false);
    assertThat(one.get(0)).containsExactly(false, true);
    assertThat(one.get(1)).containsExactly(false, false);
  }

  @Test
  void takesMoreThanTheShareUntilThereAreTheLeastTokens() {
    // When: the chunks have 4, 4, 4 and 2 tokens, and the share is one
    List<float[]> scores = List.of(new float[] {1, 4}, new float[] {3, 2});
    List<boolean[]> five =
        ExpansionPlanner.expand(PASSAGES, scores, new ExpansionBudget(0.1f, 5, 9), 1, 100);
    List<boolean[]> all =
        ExpansionPlanner.expand(PASSAGES, scores, new ExpansionBudget(0.1f, 99, 99), 1, 100);
    // Then
    assertThat(five.get(0)).containsExactly(false, true);
    assertThat(five.get(1)).containsExactly(true, false);
    assertThat(all.get(0)).containsExactly(true, true);
    assertThat(all.get(1)).containsExactly(true, true);
  }

  @Test
  void aShareOfNothingHasNoLeast() {
    // When
    List<boolean[]> raw =
        ExpansionPlanner.expand(
            PASSAGES, List.of(new float[2], new float[2]), new ExpansionBudget(0f, 64, 96), 1, 100);
    // Then
    assertThat(raw).allSatisfy(flags -> assertThat(flags).containsOnly(false));
  }

  @Test
  void prefersTheEarlierOfEqualChunks() {
    // When
    List<boolean[]> raw =
        ExpansionPlanner.expand(
            PASSAGES, List.of(new float[2], new float[2]), ExpansionBudget.of(0.01f), 1, 100);
    // Then
    assertThat(raw.get(0)).containsExactly(true, false);
    assertThat(raw.get(1)).containsExactly(false, false);
  }

  @Test
  void expandsNothingAtShareZero() {
    // When
    List<boolean[]> raw =
        ExpansionPlanner.expand(
            PASSAGES, List.of(new float[2], new float[2]), ExpansionBudget.of(0f), 1, 100);
    // Then
    assertThat(raw).allSatisfy(flags -> assertThat(flags).containsOnly(false));
  }

  @Test
  void refusesScoresThatDoNotMatchTheChunks() {
    assertThatThrownBy(
            () ->
                ExpansionPlanner.expand(PASSAGES, List.of(new float[2], new float[3]), HALF, 1, 9))
        .hasMessage("passage 1 has 2 chunks but 3 scores");
  }
}

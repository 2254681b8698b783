package io.github.refragstreams.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.refragstreams.app.eval.FakeModels;
import io.github.refragstreams.app.eval.PrefillCost;
import io.github.refragstreams.app.eval.PrefillCost.Sample;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.Prompt;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrefillBenchTest {
  /** The window has room for 996 positions beside the head and one token. */
  private static final List<Integer> LENGTHS = List.of(41, 41, 166, 166, 498, 498, 996, 996);

  @Test
  void learnsWhatRawTokensAndVectorsCost() {
    // Given
    Models models = FakeModels.taking(prompt -> 7 + 2 * prompt.rawTokens() + prompt.positions());
    // When
    PrefillCost cost = new PrefillBench(models, "some text", 4).run(2);
    // Then
    assertThat(cost.samples())
        .extracting(sample -> sample.rawPositions() + sample.vectorPositions())
        .isEqualTo(LENGTHS);
    assertThat(cost.samples())
        .allMatch(sample -> sample.rawPositions() == 0 || sample.vectorPositions() == 0);
    assertThat(cost.millis(100, 50)).isEqualTo(357, within(1e-3));
  }

  @Test
  void takesMediansAfterARepetitionThatDoesNotCount() {
    // Given: every prompt is slow at first, and once more
    List<Prompt> read = new ArrayList<>();
    Models models =
        FakeModels.taking(
            prompt -> {
              read.add(prompt);
              int repetition = (read.size() - 1) / LENGTHS.size();
              return repetition == 0 || repetition == 2 ? 900 : 10;
            });
    // When
    PrefillCost cost = new PrefillBench(models, "some text", 4).run(3);
    // Then
    assertThat(read).hasSize(4 * LENGTHS.size());
    assertThat(cost.samples()).extracting(Sample::millis).containsOnly(10.0);
  }
}

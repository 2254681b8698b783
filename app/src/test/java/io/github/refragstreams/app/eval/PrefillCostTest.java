package io.github.refragstreams.app.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.refragstreams.app.eval.PrefillCost.Sample;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PrefillCostTest {
  private static final Offset<Double> CLOSE = within(1e-6);
  private static final PrefillCost KNOWN = new PrefillCost(4, 0.2, 1e-4, 0.15, 2e-4, List.of());

  @Test
  void findsTheCostsOfBothHalves() {
    // When
    PrefillCost fit = PrefillCost.fit(samples(KNOWN::millis));
    // Then
    assertThat(fit.fixedMillis()).isEqualTo(4, CLOSE);
    assertThat(fit.rawMillis()).isEqualTo(0.2, CLOSE);
    assertThat(fit.rawSquaredMillis()).isEqualTo(1e-4, within(1e-9));
    assertThat(fit.positionMillis()).isEqualTo(0.15, CLOSE);
    assertThat(fit.positionSquaredMillis()).isEqualTo(2e-4, within(1e-9));
  }

  @Test
  void tellsTheCostOfMixedPromptsThatWereNotMeasured() {
    // When
    PrefillCost fit = PrefillCost.fit(samples(KNOWN::millis));
    // Then: 4 + 0.2 · 100 + 1e-4 · 100² + 0.15 · 400 + 2e-4 · 400²
    assertThat(fit.millis(100, 300)).isEqualTo(117, CLOSE);
  }

  @Test
  void countsRawTokensAndVectorsOfAPrompt() {
    // Given
    Prompt prompt =
        new Prompt(
            List.of(
                new Segment.Tokens(new int[] {7, 8}),
                new Segment.Chunks(
                    ChunkVectors.ofFloats(3, 1, new float[3]), new int[] {0, 1, 2})));
    // Then
    assertThat(new PrefillCost(1, 10, 0, 100, 0, List.of()).millis(prompt)).isEqualTo(521);
  }

  @Test
  void neverCostsLessForMore() {
    // Given: vectors that seem cheaper the more there are, and raw prompts that vary
    PrefillCost fit =
        PrefillCost.fit(
            List.of(
                new Sample(64, 0, 30),
                new Sample(0, 64, 22),
                new Sample(256, 0, 90),
                new Sample(0, 256, 21),
                new Sample(768, 0, 70),
                new Sample(0, 768, 20)));
    // Then
    for (int positions = 0; positions < 3_000; positions += 100) {
      assertThat(fit.millis(positions + 1, 50)).isGreaterThanOrEqualTo(fit.millis(positions, 50));
      assertThat(fit.millis(50, positions + 1)).isGreaterThanOrEqualTo(fit.millis(50, positions));
      assertThat(fit.millis(positions + 1, 50)).isGreaterThanOrEqualTo(fit.millis(positions, 51));
    }
  }

  @Test
  void weighsRelativeErrors() {
    // Given: no line through the origin fits both
    PrefillCost fit = PrefillCost.fit(List.of(new Sample(0, 1, 1), new Sample(0, 1, 3)));
    // Then: (1 + 1/3) / (1 + 1/9), not 2
    assertThat(fit.millis(0, 1)).isEqualTo(1.2, CLOSE);
  }

  private static List<Sample> samples(ToDoubleBiFunction<Integer, Integer> millis) {
    List<Sample> samples = new ArrayList<>();
    for (int length : List.of(64, 256, 768, 1_536)) {
      samples.add(new Sample(length, 0, millis.applyAsDouble(length, 0)));
      samples.add(new Sample(0, length, millis.applyAsDouble(0, length)));
    }
    return samples;
  }
}

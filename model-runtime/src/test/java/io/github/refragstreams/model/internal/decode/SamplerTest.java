package io.github.refragstreams.model.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.model.AnswerDecoder.Sampling;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final float[] LOGITS = {
    (float) Math.log(0.1), (float) Math.log(0.5), (float) Math.log(0.3), (float) Math.log(0.1)
  };

  @Test
  void greedyTakesTheFirstOfTheBest() {
    assertThat(new Sampler(Sampling.greedy(1)).pick(new float[] {1, 3, 3, 2})).isEqualTo(1);
  }

  @Test
  void drawsOnlyFromTheMostProbableThatReachTheShare() {
    // Given
    Sampler sampler = new Sampler(new Sampling(1, 1f, 0.7f, 42));
    // When
    Set<Integer> drawn = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      drawn.add(sampler.pick(LOGITS.clone()));
    }
    // Then
    assertThat(drawn).containsExactlyInAnyOrder(1, 2);
  }

  @Test
  void drawsByProbability() {
    // Given
    Sampler sampler = new Sampler(new Sampling(1, 1f, 1f, 7));
    // When
    int[] counts = new int[4];
    for (int i = 0; i < 10_000; i++) {
      counts[sampler.pick(LOGITS.clone())]++;
    }
    // Then
    assertThat(counts[1]).isBetween(4800, 5200);
    assertThat(counts[3]).isBetween(850, 1150);
  }

  @Test
  void aLowTemperatureSharpens() {
    // Given
    Sampler sampler = new Sampler(new Sampling(1, 0.05f, 1f, 7));
    // When / Then
    for (int i = 0; i < 100; i++) {
      assertThat(sampler.pick(LOGITS.clone())).isEqualTo(1);
    }
  }

  @Test
  void theSameSeedDrawsTheSame() {
    // Given
    Sampler first = new Sampler(new Sampling(1, 1f, 0.95f, 3));
    Sampler second = new Sampler(new Sampling(1, 1f, 0.95f, 3));
    // When / Then
    for (int i = 0; i < 100; i++) {
      assertThat(first.pick(LOGITS.clone())).isEqualTo(second.pick(LOGITS.clone()));
    }
  }

  @Test
  void refusesSettingsOutOfRange() {
    assertThatThrownBy(() -> new Sampling(0, 0f, 1f, 0))
        .hasMessage("maxTokens is 0; it must be at least 1");
    assertThatThrownBy(() -> new Sampling(1, -1f, 1f, 0))
        .hasMessage("temperature is -1.0; it must be 0 or more");
    assertThatThrownBy(() -> new Sampling(1, 1f, 0f, 0))
        .hasMessage("topP is 0.0; it must be above 0, up to 1");
  }
}

package io.github.refragstreams.model.internal.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class QuantisedMatrixTest {
  @Test
  void roundsEachOutputChannelOnItsOwnScale() {
    // Given: [in = 2, out = 3]; the last channel is zero
    float[] weights = {1f, -0.5f, 0f, -0.5f, 0.125f, 0f};
    // When
    QuantisedMatrix matrix = QuantisedMatrix.quantise(weights, 2, 3);
    // Then
    assertThat(matrix.values()).containsExactly(127, -127, 0, -64, 32, 0);
    assertThat(matrix.scales()).containsExactly(1f / 127, 0.5f / 127, 1f);
  }

  @Test
  void quantisingAgainChangesNothing() {
    // Given
    Random random = new Random(3);
    float[] weights = new float[20 * 30];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    QuantisedMatrix once = QuantisedMatrix.quantise(weights, 20, 30);
    // When
    QuantisedMatrix twice = QuantisedMatrix.quantise(once.toFloats(), 20, 30);
    // Then
    assertThat(twice.values()).isEqualTo(once.values());
  }

  @Test
  void addsTheLowRankProductTransposed() {
    // Given: rank 2, in 2, out 3
    float[] weights = {100f, 100f, 100f, 100f, 100f, 100f};
    float[] a = {1f, 2f, 3f, 4f}; // [rank, in]
    float[] b = {1f, 0f, 0f, 1f, 1f, 1f}; // [out, rank]
    // When
    QuantisedMatrix.addLowRank(weights, a, b, 2, 2f);
    // Then: (B A)^T = [[1, 3, 4], [2, 4, 6]]
    assertThat(weights)
        .containsExactly(new float[] {102f, 106f, 108f, 104f, 108f, 112f}, Offset.offset(1e-5f));
  }
}

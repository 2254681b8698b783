package io.github.refragstreams.model.internal.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptLayoutTest {
  private static final ChunkVectors VECTORS =
      ChunkVectors.ofFloats(3, 2, new float[] {10, 11, 20, 21, 30, 31});

  private static Prompt prompt(Segment... segments) {
    return new Prompt(List.of(segments));
  }

  @Test
  void laysStatesAndVectorsOutInOrder() {
    // Given
    PromptLayout layout =
        PromptLayout.of(
            prompt(
                new Segment.Tokens(new int[] {7, 8}),
                new Segment.Chunks(VECTORS, new int[] {0, 2}),
                new Segment.Tokens(new int[] {9})),
            2,
            10);
    FloatBuffer states = FloatBuffer.wrap(new float[] {1, 2, 3, 4, 5, 6});
    float[] target = new float[8];
    // When: positions 1 to 4
    layout.fill(1, 4, states, FloatBuffer.wrap(target));
    // Then
    assertThat(layout.positions()).isEqualTo(5);
    assertThat(layout.rawTokens()).isEqualTo(3);
    assertThat(layout.rawId(2)).isEqualTo(9);
    assertThat(target).containsExactly(3, 4, 10, 11, 30, 31, 5, 6);
  }

  @Test
  void refusesWhatTheModelDoesNotKnow() {
    assertRefused(
        prompt(new Segment.Tokens(new int[] {10})),
        "the prompt's token id is 10; expected below 10");
    assertRefused(
        prompt(new Segment.Chunks(ChunkVectors.ofFloats(1, 1, new float[1]), new int[] {0})),
        "the prompt's width of the chunk vectors is 1; expected 2");
    assertRefused(
        prompt(new Segment.Chunks(VECTORS, new int[] {3})),
        "the prompt's chunk is 3; expected one of the passage");
  }

  private static void assertRefused(Prompt prompt, String message) {
    assertThatThrownBy(() -> PromptLayout.of(prompt, 2, 10))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.INPUT))
        .hasMessage(message);
  }
}

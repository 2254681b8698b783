package io.github.refragstreams.app.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.PassageContext;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrangersTest {
  private static final ChunkVectors STATES = vectors(10, 11, 12);
  private static final PassageContext PASSAGE =
      new PassageContext(
          "p",
          0,
          null,
          null,
          "abc",
          new ChunkedText(2, new int[] {1, 2, 3}, new int[] {1, 2, 3}, 0),
          vectors(7, 8).withStates(STATES));

  @Test
  void takesTheStrangersRowsInTurn() {
    // Given
    Strangers strangers = new Strangers(List.of(vectors(-1, -2), vectors(), vectors(-3)));
    // Then
    assertThat(strangers.inPlaceOf(List.of(PASSAGE, PASSAGE)))
        .extracting(PassageContext::vectors)
        .containsExactly(vectors(-1, -2).withStates(STATES), vectors(-3, -1).withStates(STATES));
  }

  @Test
  void leavesTokenStatesAlone() {
    assertThat(new Strangers(List.of(vectors(-1))).inPlaceOf(List.of(PASSAGE)))
        .singleElement()
        .satisfies(swapped -> assertThat(swapped.vectors().states()).isEqualTo(STATES))
        .satisfies(swapped -> assertThat(swapped.chunks()).isEqualTo(PASSAGE.chunks()));
  }

  private static ChunkVectors vectors(float... rows) {
    return ChunkVectors.ofFloats(rows.length, 1, rows);
  }
}

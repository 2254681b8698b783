package io.github.refragstreams.app.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrangersTest {
  @Test
  void takesTheStrangersRowsInTurn() {
    // Given
    Strangers strangers = new Strangers(List.of(vectors(-1, -2), vectors(), vectors(-3)));
    PassageContext first = passage(vectors(7, 8));
    PassageContext second = passage(vectors(7, 8));
    // When
    Prompt swapped =
        strangers.inPlaceOf(
            List.of(first, second),
            new Prompt(List.of(chunks(first.vectors(), 0), chunks(second.vectors(), 0, 1))));
    // Then
    assertThat(swapped.segments())
        .extracting(segment -> ((Segment.Chunks) segment).vectors())
        .containsExactly(vectors(-1, -2), vectors(-3, -1));
    assertThat(swapped.segments())
        .extracting(segment -> ((Segment.Chunks) segment).rows())
        .containsExactly(new int[] {0}, new int[] {0, 1});
  }

  @Test
  void leavesTokensAndTokenStatesAlone() {
    // Given
    ChunkVectors states = vectors(10, 11, 12);
    PassageContext passage = passage(vectors(7, 8).withStates(states));
    Prompt prompt =
        new Prompt(
            List.of(
                new Segment.Tokens(new int[] {1}),
                chunks(states, 0, 1),
                new Segment.Tokens(new int[] {2})));
    // Then
    assertThat(new Strangers(List.of(vectors(-1))).inPlaceOf(List.of(passage), prompt))
        .isEqualTo(prompt);
  }

  private static PassageContext passage(ChunkVectors vectors) {
    ChunkedText text = new ChunkedText(2, new int[] {1, 2, 3}, new int[] {1, 2, 3}, 0);
    return new PassageContext("p", 0, null, null, "abc", text, vectors);
  }

  private static Segment chunks(ChunkVectors vectors, int... rows) {
    return new Segment.Chunks(vectors, rows);
  }

  private static ChunkVectors vectors(float... rows) {
    return ChunkVectors.ofFloats(rows.length, 1, rows);
  }
}

package io.github.refragstreams.app.retriever;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.data.Passage;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloseToBestTest {
  private static final Passage PASSAGE = new Passage("p", null, "text");

  @Test
  void leavesOutWhatScoresClearlyWorse() {
    // Given
    List<Hit> found =
        List.of(new Hit(PASSAGE, 0, 10), new Hit(PASSAGE, 1, 7), new Hit(PASSAGE, 2, 6.9));
    // When
    List<Hit> hits = new CloseToBest((question, earlier, limit) -> found).search("?", List.of(), 3);
    // Then
    assertThat(hits).extracting(Hit::rank).containsExactly(0, 1);
  }

  @Test
  void findsNothingWhereNothingIsFound() {
    assertThat(new CloseToBest((question, earlier, limit) -> List.of()).search("?", List.of(), 3))
        .isEmpty();
  }
}

package io.github.refragstreams.app.retriever;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.refragstreams.app.data.Passage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HybridRetrieverTest {
  @Test
  void fusesRanks() {
    // Given
    HybridRetriever hybrid = new HybridRetriever(List.of(finds("a", "b"), finds("b", "c")), 60);
    // When
    List<Hit> hits = hybrid.search("?", List.of(), 5);
    // Then
    assertThat(hits).extracting(hit -> hit.passage().pid()).containsExactly("b", "a", "c");
    assertThat(hits).extracting(Hit::rank).containsExactly(0, 1, 2);
    assertThat(hits.get(0).score()).isCloseTo(1.0 / 61 + 1.0 / 62, within(1e-12));
    assertThat(hits.get(1).score()).isCloseTo(1.0 / 61, within(1e-12));
  }

  @Test
  void tiesGoToTheRetrieverThatComesFirst() {
    // Given
    HybridRetriever hybrid = new HybridRetriever(List.of(finds("z", "a"), finds("y", "b")), 60);
    // When
    List<Hit> hits = hybrid.search("?", List.of(), 3);
    // Then
    assertThat(hits).extracting(hit -> hit.passage().pid()).containsExactly("z", "y", "a");
  }

  @Test
  void theConstantSaysHowMuchAFirstPlaceCounts() {
    // Given: c is second for both, a and b are first for one
    List<Retriever> retrievers = List.of(finds("a", "c"), finds("b", "c"));
    // Then
    assertThat(best(new HybridRetriever(retrievers, 0))).isEqualTo("a");
    assertThat(best(new HybridRetriever(retrievers, 1))).isEqualTo("c");
  }

  @Test
  void looksFurtherThanItIsAskedTo() {
    // Given: b is the second of both
    HybridRetriever hybrid = new HybridRetriever(List.of(finds("a", "b"), finds("c", "b")), 60);
    // When
    List<Hit> hits = hybrid.search("?", List.of(), 1);
    // Then
    assertThat(hits).extracting(hit -> hit.passage().pid()).containsExactly("b");
  }

  @Test
  void closesTheRetrievers() {
    // Given
    List<String> closed = new ArrayList<>();
    Retriever part =
        new Retriever() {
          @Override
          public List<Hit> search(String question, List<Turn> earlier, int limit) {
            return List.of();
          }

          @Override
          public void close() {
            closed.add("closed");
          }
        };
    // When
    new HybridRetriever(List.of(part, part), 60).close();
    // Then
    assertThat(closed).hasSize(2);
  }

  private static String best(Retriever retriever) {
    return retriever.search("?", List.of(), 1).get(0).passage().pid();
  }

  private static Retriever finds(String... pids) {
    return (question, earlier, limit) -> {
      List<Hit> hits = new ArrayList<>();
      for (String pid : pids) {
        if (hits.size() < limit) {
          hits.add(new Hit(new Passage(pid, null, "text"), hits.size(), 1.0 / (1 + hits.size())));
        }
      }
      return hits;
    };
  }
}

package io.github.refragstreams.app.retriever;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.data.Passage;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Bm25RetrieverTest {
  private static Bm25Retriever factbook;

  @BeforeAll
  static void index() {
    factbook = Bm25Retriever.over(Factbook.passages());
  }

  @AfterAll
  static void close() {
    factbook.close();
  }

  @Test
  void indexesTheWholeFactbook() {
    assertThat(factbook.size()).isEqualTo(6_290);
  }

  @ParameterizedTest
  @CsvSource({
    "What is the capital of Mongolia?, fb-mg-government-0",
    "What is the capital of Niger?, fb-ng-government-0",
    "What is the capital of Nigeria?, fb-ni-government-0",
    "What is the capital of Equatorial Guinea?, fb-ek-government-0",
    "What is the highest point in Algeria?, fb-ag-geography-0",
    "How long is the coastline of Algeria?, fb-ag-geography-0",
    "At what age can people vote in Algeria?, fb-ag-government-1",
    "WHAT LANGUAGES ARE SPOKEN IN ALGERIA, fb-ag-people-0",
  })
  void findsThePassageThatAnswers(String question, String pid) {
    // When
    List<Hit> hits = factbook.search(question, List.of(), 5);
    // Then
    assertThat(hits).first().extracting(hit -> hit.passage().pid()).isEqualTo(pid);
  }

  @Test
  void findsEachPassageHoweverTheIndexWasMerged() {
    // Given: many segments, later ones larger, which are merged first
    List<Passage> passages =
        IntStream.range(0, 40)
            .mapToObj(i -> new Passage("p" + i, null, "filler ".repeat(10 * i) + "word" + i))
            .toList();
    try (Bm25Retriever merged = Bm25Retriever.over(passages, 2)) {
      // Then
      for (Passage passage : passages) {
        String word = passage.text().substring(passage.text().lastIndexOf(' ') + 1);
        assertThat(merged.search(word, List.of(), 1))
            .singleElement()
            .extracting(Hit::passage)
            .isEqualTo(passage);
      }
    }
  }

  @Test
  void ranksFromZeroByFallingScore() {
    // When
    List<Hit> hits = factbook.search("What is the capital of Mongolia?", List.of(), 5);
    // Then
    assertThat(hits).extracting(Hit::rank).containsExactly(0, 1, 2, 3, 4);
    assertThat(hits).extracting(Hit::score).isSortedAccordingTo((a, b) -> Double.compare(b, a));
  }

  @Test
  void findsNothingForWordsThatOccurNowhere() {
    assertThat(factbook.search("xyzzy", List.of(), 5)).isEmpty();
  }

  @Test
  void searchesPassagesWithoutTitlesAndLabels() {
    // Given
    List<Passage> passages =
        List.of(new Passage("a", null, "The café was closed."), new Passage("b", "", "A dog ran."));
    // When
    try (Bm25Retriever retriever = Bm25Retriever.over(passages)) {
      List<Hit> hits = retriever.search("Which cafe closes?", List.of(), 5);
      // Then
      assertThat(hits).extracting(hit -> hit.passage().pid()).containsExactly("a");
    }
  }

  @Test
  void searchesVeryLongQuestions() {
    // Given: more words than Lucene takes clauses
    String words =
        IntStream.range(0, 2_000).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
    // When
    List<Hit> hits = factbook.search("The capital of Mongolia " + words, List.of(), 5);
    // Then
    assertThat(hits).first().extracting(hit -> hit.passage().pid()).isEqualTo("fb-mg-government-0");
  }
}

package io.github.refragstreams.app.retriever;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.data.Passage;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LuceneRetrieverTest {
  private static LuceneRetriever factbook;

  @BeforeAll
  static void index() {
    factbook = LuceneRetriever.over(Factbook.passages());
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

  @ParameterizedTest
  @CsvSource({
    "And its population?, What is the capital of Mongolia?, fb-mg-people-0",
    "And Chad?, What is the capital of Mongolia?, fb-cd-government-0",
    "How long is its coastline?, Who is the president of North Korea?, fb-kn-geography-0",
    "What is its capital?, Which country has the Emi Koussi?, fb-cd-government-0",
    "What is the capital of Niger?, What is the capital of Mongolia?, fb-ng-government-0",
  })
  void findsWhatAFollowUpMeans(String question, String before, String pid) {
    // Given: further back, somebody asked about another country
    List<Turn> earlier =
        List.of(new Turn("What is the area of Peru?", "1,285,216 sq km"), new Turn(before, "Chad"));
    // When
    List<Hit> hits = factbook.search(question, earlier, 5);
    // Then
    assertThat(hits).first().extracting(hit -> hit.passage().pid()).isEqualTo(pid);
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
    try (LuceneRetriever retriever = LuceneRetriever.over(passages)) {
      List<Hit> hits = retriever.search("Which cafe closes?", List.of(), 5);
      // Then
      assertThat(hits).extracting(hit -> hit.passage().pid()).containsExactly("a");
    }
  }
}

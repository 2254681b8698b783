package io.github.refragstreams.app.retriever;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.data.Passage;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FollowUpsTest {
  private static FollowUps factbook;

  @BeforeAll
  static void index() {
    Collection<Passage> passages = Factbook.passages();
    factbook = FollowUps.over(passages, Bm25Retriever.over(passages));
  }

  @AfterAll
  static void close() {
    factbook.close();
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

  @ParameterizedTest
  @CsvSource({
    "And its population?, And its population? peru",
    "And Chad?, And Chad? area",
    "What is the area of Chad?, What is the area of Chad?",
  })
  void completesTheQuestionForTheRetriever(String question, String completed) {
    // Given
    FollowUps asked =
        new FollowUps(
            (complete, earlier, limit) -> {
              assertThat(earlier).isEmpty();
              return List.of(new Hit(new Passage(complete, null, "text"), 0, 1));
            },
            factbook.followUp());
    // When
    List<Hit> hits = asked.search(question, List.of(new Turn("What is the area of Peru?", "1")), 1);
    // Then
    assertThat(hits).extracting(hit -> hit.passage().pid()).containsExactly(completed);
  }

  @Test
  void leavesAQuestionThatNothingGoesBeforeAsItIs() {
    assertThat(factbook.followUp().complete("And its population?", List.of()))
        .isEqualTo("And its population?");
  }
}

package io.github.refragstreams.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.bench.FollowUps.FollowUp;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.data.Question;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FollowUpsTest {
  @ParameterizedTest
  @CsvSource({
    "What is the capital of Peru?, And its capital?",
    "Who are the main export partners of Peru?, And its main export partners?",
    "How long is the coastline of Peru?, How long is its coastline?",
    "At what age can people vote in Peru?, At what age can people vote there?",
    "What does Peru export?, What does it export?",
  })
  void leavesOutTheSubject(String question, String followUp) {
    assertThat(FollowUps.text(question, "Peru")).isEqualTo(followUp);
  }

  @Test
  void takesAQuestionAboutTheSameSubjectAsTheOneBefore() {
    // Given
    List<Passage> passages =
        List.of(new Passage("pe", "Peru - People", "x"), new Passage("ch", "Chad - People", "x"));
    List<Question> questions =
        List.of(
            question("What is the capital of Peru?", "pe"),
            question("What does Peru export?", "pe"),
            question("What does Chad export?", "ch"),
            question("What does the country export?", "pe"));
    // When
    List<FollowUp> followUps = FollowUps.of(questions, passages, 1);
    // Then: Chad has one question only, another question names nothing
    assertThat(followUps)
        .extracting(FollowUp::before)
        .containsExactly("What does Peru export?", "What is the capital of Peru?");
    assertThat(followUps)
        .extracting(followUp -> followUp.question().question())
        .containsExactly("And its capital?", "What does it export?");
  }

  private static Question question(String text, String gold) {
    return new Question(text, "", text, List.of(), List.of(gold), List.of());
  }
}

package io.github.refragstreams.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.data.Question;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class QuestionDrawTest {
  private static final List<Question> QUESTIONS =
      Stream.of("a", "b", "rare")
          .flatMap(
              type ->
                  IntStream.range(0, type.equals("rare") ? 1 : 10)
                      .mapToObj(
                          i -> new Question(type + i, type, "?", List.of(), List.of(), List.of())))
          .toList();

  @Test
  void takesTypesInTurn() {
    // When
    List<Question> drawn = QuestionDraw.byType(QUESTIONS, 7, 1);
    // Then
    assertThat(drawn).extracting(Question::type).containsOnlyOnce("rare");
    assertThat(drawn).filteredOn(question -> question.type().equals("a")).hasSize(3);
    assertThat(drawn).doesNotHaveDuplicates();
  }

  @Test
  void isTheSameForTheSameSeed() {
    assertThat(QuestionDraw.byType(QUESTIONS, 7, 1))
        .isEqualTo(QuestionDraw.byType(QUESTIONS, 7, 1))
        .isNotEqualTo(QuestionDraw.byType(QUESTIONS, 7, 2));
  }

  @Test
  void takesAllWhenTheLimitIsHigher() {
    assertThat(QuestionDraw.byType(QUESTIONS, 100, 1)).hasSameElementsAs(QUESTIONS);
  }
}

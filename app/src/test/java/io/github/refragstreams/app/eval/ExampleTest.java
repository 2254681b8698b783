package io.github.refragstreams.app.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.data.BadInputException;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.data.Question;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExampleTest {
  private static final Map<String, Passage> CORPUS =
      Stream.of("g1", "g2", "n1", "n2", "n3")
          .map(pid -> new Passage(pid, null, "text"))
          .collect(Collectors.toMap(Passage::pid, Function.identity()));
  private static final List<Question> QUESTIONS =
      IntStream.range(0, 20).mapToObj(i -> question("q" + i, "n3")).toList();

  @Test
  void takesGoldAndTheFirstNegatives() {
    // When
    List<Example> examples = Example.draw(QUESTIONS, CORPUS, 3, 20, 7);
    // Then
    assertThat(examples)
        .hasSize(20)
        .allSatisfy(
            example ->
                assertThat(example.passages())
                    .extracting(Passage::pid)
                    .containsExactlyInAnyOrder("g1", "g2", "n1"));
    assertThat(examples).extracting(e -> e.passages().get(0).pid()).contains("g1", "g2", "n1");
  }

  @Test
  void fillsUpWithFoundPassagesThatHoldNoAnswer() {
    // Given
    Map<String, Passage> corpus =
        Map.of(
            "gold", new Passage("gold", null, "The river Test runs through Romsey."),
            "negative", new Passage("negative", null, "A river."),
            "best", new Passage("best", null, "The river Itchen runs through Winchester."),
            "next", new Passage("next", null, "Another river."),
            "answered", new Passage("answered", null, "A river runs through Romsey too."),
            "other", new Passage("other", null, "Mountains."));
    Question question =
        new Question(
            "q",
            "",
            "Which town does the river run through?",
            List.of("Romsey"),
            List.of("gold"),
            List.of("negative"));
    // When
    List<Example> three = Example.draw(List.of(question), corpus, 3, 1, 7);
    List<Example> more = Example.draw(List.of(question), corpus, 9, 1, 7);
    // Then
    assertThat(three.get(0).passages())
        .extracting(Passage::pid)
        .containsExactlyInAnyOrder("gold", "negative", "best");
    assertThat(more.get(0).passages())
        .extracting(Passage::pid)
        .containsExactlyInAnyOrder("gold", "negative", "best", "next");
  }

  @Test
  void drawsTheSameForTheSameSeed() {
    assertThat(Example.draw(QUESTIONS, CORPUS, 4, 5, 7))
        .isEqualTo(Example.draw(QUESTIONS, CORPUS, 4, 5, 7))
        .isNotEqualTo(Example.draw(QUESTIONS, CORPUS, 4, 5, 8));
  }

  @Test
  void keepsAQuestionsPassagesWhateverElseIsDrawn() {
    assertThat(Example.draw(QUESTIONS, CORPUS, 4, 20, 7))
        .containsAll(Example.draw(QUESTIONS, CORPUS, 4, 5, 7));
  }

  @Test
  void namesAMissingPassage() {
    // Given
    List<Question> questions = List.of(question("q", "gone"));
    // When, Then
    assertThatThrownBy(() -> Example.draw(questions, CORPUS, 5, 1, 7))
        .isInstanceOf(BadInputException.class)
        .hasMessage("question 'q' names passage 'gone', which the passages file does not have");
  }

  private static Question question(String id, String lastNegative) {
    return new Question(
        id, "", "?", List.of("a"), List.of("g1", "g2"), List.of("n1", "n2", lastNegative));
  }
}

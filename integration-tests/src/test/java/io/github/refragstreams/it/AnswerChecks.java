package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerToken;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What holds for every answer. */
final class AnswerChecks {
  private AnswerChecks() {}

  /** One poll need not bring the records of all partitions. */
  static void assertTokensAreTheAnswers(List<Answer> answers, Reader<String, AnswerToken> tokens) {
    await()
        .atMost(Instance.PATIENCE)
        .untilAsserted(
            () -> {
              List<AnswerToken> all = tokens.values();
              answers.forEach(answer -> assertTokensAreTheAnswer(answer, all));
            });
  }

  /** The tokens of the generation that won are the answer, without gaps and repetitions. */
  private static void assertTokensAreTheAnswer(Answer answer, List<AnswerToken> tokens) {
    List<AnswerToken> won =
        tokens.stream()
            .filter(token -> token.getGenerationId().equals(answer.getGenerationId()))
            .toList();
    assertThat(won)
        .as("tokens of %s", answer.getQueryId())
        .isNotEmpty()
        .isSortedAccordingTo(Comparator.comparingInt(AnswerToken::getIndex));
    assertThat(won.stream().map(AnswerToken::getIndex).distinct().count()).isEqualTo(won.size());
    assertThat(won.get(won.size() - 1).getIndex()).isEqualTo(won.size() - 1);
    assertThat(won.get(won.size() - 1).getLast()).isTrue();
    assertThat(won.stream().map(AnswerToken::getText).collect(Collectors.joining()))
        .isEqualTo(answer.getText());
  }
}

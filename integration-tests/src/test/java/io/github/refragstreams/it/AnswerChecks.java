package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerToken;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What holds for every answer. */
final class AnswerChecks {
  private AnswerChecks() {}

  /** The tokens of the generation that won are the answer, without gaps and repetitions. */
  static void assertTokensAreTheAnswer(Answer answer, List<AnswerToken> tokens) {
    List<AnswerToken> won =
        tokens.stream()
            .filter(token -> token.getGenerationId().equals(answer.getGenerationId()))
            .toList();
    assertThat(won)
        .as("tokens of %s", answer.getQueryId())
        .isSortedAccordingTo(Comparator.comparingInt(AnswerToken::getIndex));
    assertThat(won.stream().map(AnswerToken::getIndex).distinct().count()).isEqualTo(won.size());
    assertThat(won.get(won.size() - 1).getIndex()).isEqualTo(won.size() - 1);
    assertThat(won.get(won.size() - 1).getLast()).isTrue();
    assertThat(won.stream().map(AnswerToken::getText).collect(Collectors.joining()))
        .isEqualTo(answer.getText());
  }
}

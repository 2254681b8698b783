package io.github.refragstreams.app.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerMetricsTest {
  /** Expected values printed by the SQuAD 1.1 script for the same pairs. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Ulaanbaatar.|ulaanbaatar|1|1",
        "The  Eiffel-Tower!|eiffeltower|1|1",
        "in the year 1962|1962|0|0.5",
        "a cat and a cat|cat|0|0.5",
        "theatre|the theatre|1|1",
        "nothing alike|other words|0|0",
        "'$1,000'|1000|1|1",
      })
  void scoresLikeSquad(String prediction, String answer, double em, double f1) {
    assertThat(AnswerMetrics.exactMatch(prediction, List.of(answer))).isEqualTo(em);
    assertThat(AnswerMetrics.f1(prediction, List.of(answer))).isEqualTo(f1, within(1e-9));
  }

  @Test
  void takesTheBestOfSeveralAnswers() {
    assertThat(AnswerMetrics.f1("in 1962", List.of("1830", "in 1962"))).isEqualTo(1);
  }

  @Test
  void wantsNoAnswerWhereThereIsNone() {
    assertThat(AnswerMetrics.exactMatch("", List.of())).isEqualTo(1);
    assertThat(AnswerMetrics.exactMatch("Paris", List.of())).isZero();
    assertThat(AnswerMetrics.exactMatch("The passages do not say.", List.of())).isEqualTo(1);
    assertThat(AnswerMetrics.f1("the passages do not say", List.of())).isEqualTo(1);
    assertThat(AnswerMetrics.f1("The passages say Paris.", List.of())).isZero();
    assertThat(AnswerMetrics.f1("The passages do not say.", List.of("Paris"))).isZero();
  }

  @Test
  void findsAnAnswerInALongerPrediction() {
    assertThat(AnswerMetrics.contains("It is Port-au-Prince.", List.of("Port-au-Prince"))).isTrue();
    assertThat(AnswerMetrics.contains("Romania", List.of("Oman"))).isFalse();
    assertThat(AnswerMetrics.contains("anything", List.of("the"))).isFalse();
  }

  @Test
  void leavesBracketsOut() {
    assertThat(
            AnswerMetrics.withoutBrackets(
                List.of("72.6% (2018 est.)", "a (b (c) d) e", "(all)", "plain")))
        .containsExactly("72.6%", "a   e", "(all)", "plain");
  }
}

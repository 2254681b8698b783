package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpansionBudgetTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1.5 | 0 | 96 | expand-fraction is 1.5; it must be from 0 to 1",
        "NaN | 0 | 96 | expand-fraction is NaN; it must be from 0 to 1",
        "0.1 | 0 | 0 | expand-tokens is 0; it must be at least 1",
        "0.1 | 97 | 96 | expand-least-tokens is 97; it must be from 0 to expand-tokens, 96",
        "0.1 | -1 | 96 | expand-least-tokens is -1; it must be from 0 to expand-tokens, 96"
      })
  void namesWhatIsWrong(float fraction, int least, int most, String message) {
    assertThatThrownBy(() -> new ExpansionBudget(fraction, least, most))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void lowersTokensInProportion() {
    ExpansionBudget budget = new ExpansionBudget(0.4f, 64, 96);
    assertThat(budget.lowered(0.1f)).isEqualTo(new ExpansionBudget(0.1f, 16, 24));
    assertThat(budget.lowered(0f)).isEqualTo(new ExpansionBudget(0f, 0, 1));
    assertThat(budget.lowered(0.4f)).isEqualTo(budget);
  }

  @Test
  void aShareAloneHasNoBounds() {
    assertThat(ExpansionBudget.of(0.2f).isBounded()).isFalse();
    assertThat(ExpansionBudget.of(0.2f).lowered(0.1f)).isEqualTo(ExpansionBudget.of(0.1f));
    assertThat(ExpansionBudget.of(0f).isNothing()).isTrue();
  }
}

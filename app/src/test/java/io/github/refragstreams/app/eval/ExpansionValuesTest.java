package io.github.refragstreams.app.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ExpansionBudget;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpansionValuesTest {
  @Test
  void tokensAreToldWhereTheyBoundTheShare() {
    assertThat(values(new ExpansionBudget(0.1f, 64, 96)))
        .isEqualTo(Map.of("expand", 0.1f, "expand_least_tokens", 64, "expand_tokens", 96));
    assertThat(values(ExpansionBudget.of(0.1f))).isEqualTo(Map.of("expand", 0.1f));
  }

  private static Map<String, Object> values(ExpansionBudget budget) {
    Map<String, Object> values = new LinkedHashMap<>();
    ExpansionValues.put(budget, values);
    return values;
  }
}

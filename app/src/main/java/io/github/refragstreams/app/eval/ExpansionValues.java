package io.github.refragstreams.app.eval;

import io.github.refragstreams.model.ExpansionBudget;
import java.util.Map;

/** How much stays raw, in the words of a printed result. */
public final class ExpansionValues {
  private ExpansionValues() {}

  public static void put(ExpansionBudget budget, Map<String, Object> values) {
    values.put("expand", budget.fraction());
    if (budget.isBounded()) {
      values.put("expand_least_tokens", budget.leastTokens());
      values.put("expand_tokens", budget.mostTokens());
    }
  }
}

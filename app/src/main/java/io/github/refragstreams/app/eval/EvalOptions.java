package io.github.refragstreams.app.eval;

import io.github.refragstreams.model.ExpansionBudget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to evaluate.
 *
 * @param systems the systems to compare, in the order of the report
 * @param chunkTokens k
 * @param expansion how much stays raw where the policy picks
 * @param maxAnswerTokens most tokens of an answer
 * @param maxPositions most positions of a prompt
 * @param seed seed of the intervals
 * @param prefillCost what rivals of {@link EvalSystem#REFRAG} are matched by; null: by positions
 */
public record EvalOptions(
    List<EvalSystem> systems,
    int chunkTokens,
    ExpansionBudget expansion,
    int maxAnswerTokens,
    int maxPositions,
    long seed,
    @Nullable PrefillCost prefillCost) {
  public EvalOptions {
    systems = List.copyOf(systems);
  }

  /** What rivals of {@link EvalSystem#REFRAG} are matched by. */
  Match match() {
    return prefillCost == null ? Match.POSITIONS : Match.TTFT;
  }
}

package io.github.refragstreams.app.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to evaluate.
 *
 * @param systems the systems to compare, in the order of the report
 * @param chunkTokens k
 * @param expandFraction share of the chunks that stay raw where the policy picks, 0 to 1
 * @param expandTokens most tokens that stay raw by that share
 * @param maxAnswerTokens most tokens of an answer
 * @param maxPositions most positions of a prompt
 * @param seed seed of the intervals
 * @param prefillCost what rivals of {@link EvalSystem#REFRAG} are matched by; null: by positions
 */
public record EvalOptions(
    List<EvalSystem> systems,
    int chunkTokens,
    float expandFraction,
    int expandTokens,
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

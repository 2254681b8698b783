package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.PlanOptions;
import io.github.refragstreams.topology.DegradeConfig;

/**
 * What the load leaves of an answer's quality.
 *
 * @param level 0: all of it
 * @param plan options of the prompt
 * @param rawTurns last turns of the conversation that enter raw
 */
record Quality(int level, PlanOptions plan, int rawTurns) {
  /** Steps from the share that was asked for to the least one; each further level takes a turn. */
  private static final int EXPAND_STEPS = 3;

  static int mostLevel(int rawTurns) {
    return EXPAND_STEPS + rawTurns;
  }

  /**
   * @param asked options without load
   * @param rawTurns raw turns without load
   */
  static Quality at(int level, PlanOptions asked, int rawTurns, DegradeConfig config) {
    float least = Math.min(asked.expandFraction(), config.leastExpandFraction());
    float surplus = asked.expandFraction() - least;
    // At the last step without arithmetic: rounded, it may end below the least, and below 0.
    float share =
        level >= EXPAND_STEPS ? least : asked.expandFraction() - surplus * level / EXPAND_STEPS;
    float left = asked.expandFraction() == 0 ? 1 : share / asked.expandFraction();
    int tokens = Math.max(1, Math.round(left * asked.expandTokens()));
    return new Quality(
        level,
        new PlanOptions(asked.mode(), share, tokens, asked.maxPositions()),
        Math.max(0, rawTurns - Math.max(0, level - EXPAND_STEPS)));
  }
}

package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.model.PlanOptions;
import io.github.refragstreams.schemas.Mode;
import io.github.refragstreams.topology.DegradeConfig;

/**
 * What the load leaves of an answer's quality. What costs answers least goes first: the vectors of
 * chunks that are not chosen, at the first level; then raw chunks; then one raw turn after the
 * other.
 *
 * @param level 0: all of it
 * @param plan options of the prompt
 * @param rawTurns last turns of the conversation that enter raw
 */
record Quality(int level, PlanOptions plan, int rawTurns) {
  /** Steps from a prompt with vectors to one without. */
  private static final int VECTOR_STEPS = 1;

  /** Steps from the share that was asked for to the least one. */
  private static final int EXPAND_STEPS = 3;

  static int mostLevel(int rawTurns) {
    return VECTOR_STEPS + EXPAND_STEPS + rawTurns;
  }

  /**
   * @param asked options without load
   * @param said the mode that the query asks for
   * @param rawTurns raw turns without load
   */
  static Quality at(int level, PlanOptions asked, Mode said, int rawTurns, DegradeConfig config) {
    float most = asked.expansion().fraction();
    float least = Math.min(most, config.leastExpandFraction());
    int steps = Math.max(0, level - VECTOR_STEPS);
    // At the last step without arithmetic: rounded, it may end below the least, and below 0.
    float share = steps >= EXPAND_STEPS ? least : most - (most - least) * steps / EXPAND_STEPS;
    // Where no chunk stays raw in the end, nothing but vectors is left to read.
    boolean withoutVectors = level >= VECTOR_STEPS && least > 0 && maySelect(asked, said);
    return new Quality(
        level,
        new PlanOptions(
            withoutVectors ? ExpansionMode.SELECTED : asked.mode(),
            asked.expansion().lowered(share),
            asked.maxPositions()),
        Math.max(0, rawTurns - Math.max(0, steps - EXPAND_STEPS)));
  }

  /** A query that asks for vectors gets them. */
  private static boolean maySelect(PlanOptions asked, Mode said) {
    return asked.mode() == ExpansionMode.MIXED && said == Mode.AUTO;
  }
}

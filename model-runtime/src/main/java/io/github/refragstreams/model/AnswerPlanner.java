package io.github.refragstreams.model;

import java.util.List;

/**
 * Chooses the raw chunks and builds the mixed prompt. Pure computation, safe for use by many
 * threads.
 */
public interface AnswerPlanner {
  /**
   * @param history earlier turns of the conversation, oldest first; the oldest are left out when
   *     they do not fit in half of what head and question leave
   * @param passages encoded passages of one query, all with the same k, any order; they enter the
   *     prompt by rank
   * @throws ModelException INPUT when head and question alone exceed {@code options.maxPositions()}
   */
  AnswerPlan plan(
      String question, List<PastTurn> history, List<PassageContext> passages, PlanOptions options);
}

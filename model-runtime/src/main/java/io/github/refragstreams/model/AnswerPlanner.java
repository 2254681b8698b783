package io.github.refragstreams.model;

import java.util.List;

/**
 * Chooses the raw chunks and builds the mixed prompt. Pure computation, safe for use by many
 * threads.
 */
public interface AnswerPlanner {
  /**
   * @param passages encoded passages of one query, all with the same k, any order; they enter the
   *     prompt by rank
   * @throws ModelException INPUT when head and question alone exceed {@code options.maxPositions()}
   */
  AnswerPlan plan(String question, List<PassageContext> passages, PlanOptions options);
}

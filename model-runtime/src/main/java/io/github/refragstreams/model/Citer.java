package io.github.refragstreams.model;

import java.util.List;

/**
 * Finds the spans of the passages that carry an answer's words. Pure computation, safe for use by
 * many threads.
 */
@FunctionalInterface
public interface Citer {
  /** Spans by relevance, best first; none when no passage carries the answer's words. */
  List<CitedSpan> cite(AnswerPlan plan, String answer);
}

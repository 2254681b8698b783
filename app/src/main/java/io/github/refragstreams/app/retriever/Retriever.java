package io.github.refragstreams.app.retriever;

import java.util.List;

/** Finds passages for a question. Safe for use by many threads. */
@FunctionalInterface
public interface Retriever {
  /**
   * @param limit most passages to return, at least 1
   * @return the passages, best first; fewer than {@code limit} when no more match
   */
  List<Hit> search(String question, int limit);
}

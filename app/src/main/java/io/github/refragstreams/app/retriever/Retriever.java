package io.github.refragstreams.app.retriever;

import java.util.List;

/** Finds passages for a question. Safe for use by many threads. */
@FunctionalInterface
public interface Retriever extends AutoCloseable {
  /**
   * @param earlier the conversation before the question, oldest turn first; a question may leave to
   *     it what it is about
   * @param limit most passages to return, at least 1
   * @return the passages, best first; fewer than {@code limit} when no more match
   */
  List<Hit> search(String question, List<Turn> earlier, int limit);

  /** Gives back what it holds, the retrievers that it asks included. */
  @Override
  default void close() {}
}

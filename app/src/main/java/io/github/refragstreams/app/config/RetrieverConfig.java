package io.github.refragstreams.app.config;

import java.util.Optional;

/**
 * The sample retriever. Keys start with {@code retriever}.
 *
 * @param corpus {@value #FACTBOOK} or a file of passages; empty: nothing is retrieved
 * @param limit most passages for a question
 */
public record RetrieverConfig(Optional<String> corpus, int limit) {
  /** The corpus that comes with the program. */
  public static final String FACTBOOK = "factbook";
}

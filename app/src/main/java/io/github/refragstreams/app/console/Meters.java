package io.github.refragstreams.app.console;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Where the meters of the process that answers are read. Safe for use by many threads. */
@FunctionalInterface
public interface Meters {
  /**
   * All of them now, in Prometheus' text format.
   *
   * @return fails with {@link io.github.refragstreams.app.http.HttpProblem} when they cannot be
   *     read
   */
  CompletableFuture<String> scrape();

  /** Those of this process. */
  static Meters here(Supplier<String> scrape) {
    return () -> CompletableFuture.completedFuture(scrape.get());
  }
}

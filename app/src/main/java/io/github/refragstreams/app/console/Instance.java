package io.github.refragstreams.app.console;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The process that answers, as it tells of itself. Results fail with {@link
 * io.github.refragstreams.app.http.HttpProblem} when it cannot be asked. Safe for use by many
 * threads.
 */
public interface Instance {
  /** All meters now, in Prometheus' text format. */
  CompletableFuture<String> meters();

  /** What it knows of a query, as it stands in JSON. */
  CompletableFuture<Object> query(String id);

  /** This process. */
  static Instance here(Supplier<String> meters, Function<String, Object> queries) {
    return new Instance() {
      @Override
      public CompletableFuture<String> meters() {
        return CompletableFuture.completedFuture(meters.get());
      }

      @Override
      public CompletableFuture<Object> query(String id) {
        return CompletableFuture.completedFuture(queries.apply(id));
      }
    };
  }
}

package io.github.refragstreams.app.console;

import io.github.refragstreams.app.api.Problems;
import io.github.refragstreams.app.http.Endpoint;
import io.github.refragstreams.app.http.Exchange;
import io.github.refragstreams.app.http.HttpProblem;
import java.util.concurrent.Semaphore;

/** What endpoints that read topics have in common. */
final class ClusterCalls {
  /** Each has a consumer of its own, with what that fetches ahead. */
  private static final Semaphore READERS = new Semaphore(4);

  private ClusterCalls() {}

  /** The same, where a cluster or a registry that is away is no failure of ours. */
  static Endpoint guarded(Endpoint endpoint) {
    return exchange -> {
      if (!READERS.tryAcquire()) {
        throw HttpProblem.busy("topics are read for others at the moment");
      }
      try {
        Problems.reading(
            () -> {
              endpoint.handle(exchange);
              return exchange;
            });
      } finally {
        READERS.release();
      }
    };
  }

  /**
   * Parameter {@code limit}.
   *
   * @param most and the value where it is left out
   */
  static int limit(Exchange exchange, int most) {
    String given = exchange.query("limit").orElse(Integer.toString(most));
    if (!given.matches("[1-9]\\d{0,5}") || Integer.parseInt(given) > most) {
      throw HttpProblem.invalid(
          "limit", "'limit' is '" + given + "'; expected a whole number from 1 to " + most);
    }
    return Integer.parseInt(given);
  }
}

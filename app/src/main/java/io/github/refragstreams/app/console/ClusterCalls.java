package io.github.refragstreams.app.console;

import io.github.refragstreams.app.http.Endpoint;
import io.github.refragstreams.app.http.Exchange;
import io.github.refragstreams.app.http.HttpProblem;
import io.github.refragstreams.serde.EventSerdeException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What endpoints that read topics have in common. */
final class ClusterCalls {
  private static final Logger LOGGER = LoggerFactory.getLogger(ClusterCalls.class);
  private static final Duration LATER = Duration.ofSeconds(5);
  private static final Duration SOON = Duration.ofSeconds(1);

  /** Each has a consumer of its own, with what that fetches ahead. */
  private static final Semaphore READERS = new Semaphore(4);

  private ClusterCalls() {}

  /** The same, where a cluster or a registry that is away is no failure of ours. */
  static Endpoint guarded(Endpoint endpoint) {
    return exchange -> {
      if (!READERS.tryAcquire()) {
        throw new HttpProblem(
                503, "too-many-requests-at-once", "topics are read for others at the moment")
            .retryAfter(SOON);
      }
      try {
        endpoint.handle(exchange);
      } catch (EventSerdeException e) {
        LOGGER
            .atWarn()
            .addKeyValue("failure", e.toString())
            .log("topics cannot be read for a request");
        throw new HttpProblem(
                503, "registry-unavailable", "the schema registry cannot be asked at the moment")
            .retryAfter(LATER);
      } catch (KafkaException e) {
        throw new HttpProblem(
                503, "cluster-unavailable", "the Kafka cluster cannot be reached at the moment")
            .retryAfter(LATER);
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

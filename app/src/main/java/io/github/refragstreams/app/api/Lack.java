package io.github.refragstreams.app.api;

import io.github.refragstreams.app.client.Outage;
import io.github.refragstreams.app.http.HttpProblem;
import io.github.refragstreams.serde.EventSerdeException;
import io.github.refragstreams.serde.RegistryUnavailableException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** What requests cannot be served without, and is not there. */
enum Lack {
  REGISTRY("registry-unavailable", "the schema registry cannot be asked at the moment", true),
  AGREEMENT(
      "registry-unavailable",
      "events do not agree with the schema registry, or it refuses this server; its log says more",
      false),
  RIGHTS(
      "cluster-unavailable",
      "the Kafka cluster does not allow this to the server; its log says more",
      false),
  CLUSTER("cluster-unavailable", "the Kafka cluster cannot be reached at the moment", true);

  private static final Duration LATER = Duration.ofSeconds(5);

  private final String code;
  private final String detail;
  private final boolean mayPass;
  private final Outage outage;

  /**
   * @param mayPass false where another try would fail as well, until somebody mends it
   */
  Lack(String code, String detail, boolean mayPass) {
    this.code = code;
    this.detail = detail;
    this.mayPass = mayPass;
    this.outage = new Outage(name().toLowerCase(Locale.ROOT));
  }

  /** What a request has failed for; empty: for something else. */
  static Optional<Lack> of(Throwable failure) {
    if (failure instanceof RegistryUnavailableException) {
      return Optional.of(REGISTRY);
    }
    if (failure instanceof EventSerdeException) {
      return Optional.of(AGREEMENT);
    }
    if (failure instanceof AuthorizationException || failure instanceof AuthenticationException) {
      return Optional.of(RIGHTS);
    }
    return failure instanceof KafkaException && !(failure instanceof RecordTooLargeException)
        ? Optional.of(CLUSTER)
        : Optional.empty();
  }

  /** The problem of a request that has failed for it. */
  HttpProblem problem() {
    HttpProblem problem = new HttpProblem(503, code, detail);
    return mayPass ? problem.retryAfter(LATER) : problem;
  }

  /** A request has just failed for it; the log hears of the first one. */
  void found(Throwable failure) {
    outage.failed(failure);
  }

  /** A request was served that needs all of it. */
  static void nothing() {
    for (Lack lack : values()) {
      lack.outage.succeeded();
    }
  }
}

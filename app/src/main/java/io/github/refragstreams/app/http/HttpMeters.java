package io.github.refragstreams.app.http;

import io.github.refragstreams.model.MeterSpec;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Meters of a server. Safe for use by many threads. */
public final class HttpMeters {
  private static final MeterSpec TIME =
      MeterSpec.ofTimer(
          "refrag.http.time",
          "From the arrival of a request to the end of its answer, the wait for it included. Tags:"
              + " `method`, `path` as the OpenAPI document has it, `status`, which for a"
              + " stream of events is what it ended with, 499 where its client had gone; what is"
              + " served at no path has `unknown` for the first two.",
          "method",
          "path",
          "status");

  private static final MeterSpec OPEN =
      MeterSpec.ofGauge(
          "refrag.http.open",
          "requests",
          "Requests that are not answered to their end, `http.max-requests` at most.");

  /** All of them. */
  public static final List<MeterSpec> ALL = List.of(TIME, OPEN);

  private final MeterRegistry registry;

  HttpMeters(MeterRegistry registry, Supplier<Number> open) {
    this.registry = registry;
    OPEN.gauge(registry, open);
  }

  void answered(Routes.Described what, int status, Duration time) {
    TIME.timer(registry, what.method(), what.path(), String.valueOf(status)).record(time);
  }
}

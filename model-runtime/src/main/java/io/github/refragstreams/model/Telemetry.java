package io.github.refragstreams.model;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;

/**
 * Where a process tells what it does. The makers of both stay their owners; one set of models and
 * one topology share it.
 *
 * @param meters receives the meters that {@link ModelMeters} and the topology's list name
 * @param tracer makes spans
 */
public record Telemetry(MeterRegistry meters, Tracer tracer) {
  /** Tells nobody: traces are passed on, nothing is measured. */
  public static Telemetry none() {
    return measuring(new CompositeMeterRegistry());
  }

  /** Traces are passed on. */
  public static Telemetry measuring(MeterRegistry meters) {
    return new Telemetry(meters, OpenTelemetry.noop().getTracer("io.github.refragstreams"));
  }
}

package io.github.refragstreams.topology.internal.telemetry;

import io.github.refragstreams.model.Telemetry;
import io.github.refragstreams.topology.Stage;
import io.github.refragstreams.topology.TopologyMeters;
import io.micrometer.core.instrument.Counter;

/**
 * Everything that processors tell; one for the whole topology of a process.
 *
 * @param answerRetries answers that are tried again
 */
public record TaskTelemetry(
    EncodeMeters encode,
    AnswerMeters answer,
    DeadLetterCounts deadLetters,
    Counter encodeRetries,
    Counter answerRetries,
    Traces traces) {
  public static TaskTelemetry of(Telemetry telemetry) {
    return new TaskTelemetry(
        new EncodeMeters(telemetry.meters()),
        new AnswerMeters(telemetry.meters()),
        new DeadLetterCounts(telemetry.meters()),
        TopologyMeters.RETRIES.counter(telemetry.meters(), Stage.ENCODE.label()),
        TopologyMeters.RETRIES.counter(telemetry.meters(), Stage.ANSWER.label()),
        new Traces(telemetry.tracer()));
  }
}

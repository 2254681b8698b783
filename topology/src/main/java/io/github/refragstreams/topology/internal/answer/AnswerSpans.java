package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.AnswerDecoder;
import io.github.refragstreams.topology.internal.telemetry.TraceAttributes;
import io.github.refragstreams.topology.internal.telemetry.Traces;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.context.Context;
import java.util.concurrent.TimeUnit;

/** The spans of an answer, one after the other: wait, plan, queue, prefill, decode, emit. */
final class AnswerSpans {
  private final Traces traces;
  private final Context parent;
  private final Attributes ids;
  private long micros;

  private AnswerSpans(Traces traces, Context parent, Attributes ids, long micros) {
    this.traces = traces;
    this.parent = parent;
    this.ids = ids;
    this.micros = micros;
  }

  /**
   * Makes them when the answer leaves.
   *
   * @param now milliseconds of the wall clock
   * @param nanos now, by the clock of {@link System#nanoTime}
   */
  static void make(Traces traces, Ask ask, Outcome.Done done, long now, long nanos) {
    Result result = done.result();
    AnswerDecoder.Generation generation = result.generation();
    long end = TimeUnit.MILLISECONDS.toMicros(now);
    long started = end - Math.max(0, nanos - result.startNanos()) / 1_000;
    AnswerSpans spans =
        new AnswerSpans(
            traces,
            Traces.parent(ask.pending().origin().headers(), ask.queryId()),
            Attributes.of(
                TraceAttributes.QUERY,
                ask.queryId(),
                TraceAttributes.GENERATION,
                done.generationId()),
            TimeUnit.MILLISECONDS.toMicros(ask.pending().since()));
    spans.until("wait", started, Attributes.empty());
    spans.lasting(
        "plan",
        result.waitMillis(),
        Attributes.of(
            TraceAttributes.PASSAGES,
            (long) result.plan().passages().size(),
            TraceAttributes.MODE,
            result.plan().mode().name(),
            TraceAttributes.LOAD_LEVEL,
            (long) result.material().quality().level()));
    spans.lasting("queue", generation.queueMillis(), Attributes.empty());
    spans.lasting(
        "prefill",
        generation.prefillMillis(),
        Attributes.of(TraceAttributes.POSITIONS, (long) generation.promptPositions()));
    spans.lasting(
        "decode",
        generation.decodeMillis(),
        Attributes.of(TraceAttributes.TOKENS, (long) generation.tokens()));
    spans.until("emit", end, Attributes.empty());
  }

  private void lasting(String stage, long millis, Attributes attributes) {
    until(stage, micros + TimeUnit.MILLISECONDS.toMicros(millis), attributes);
  }

  private void until(String stage, long end, Attributes attributes) {
    traces.stage(stage, parent, micros, end, ids.toBuilder().putAll(attributes).build());
    micros = Math.max(micros, end);
  }
}

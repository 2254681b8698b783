package io.github.refragstreams.topology.internal.encode;

import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.Origin;
import io.github.refragstreams.topology.internal.record.Outlet;
import io.github.refragstreams.topology.internal.refusal.DeadLetter;
import io.github.refragstreams.topology.internal.refusal.DeadLetterOutlet;
import io.github.refragstreams.topology.internal.refusal.UnusableRecordException;
import io.github.refragstreams.topology.internal.store.EncodedText;
import io.github.refragstreams.topology.internal.telemetry.DeadLetterCounts;
import io.github.refragstreams.topology.internal.telemetry.TaskTelemetry;
import io.github.refragstreams.topology.internal.telemetry.TraceAttributes;
import io.github.refragstreams.topology.internal.telemetry.Traces;
import io.opentelemetry.api.common.Attributes;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Where a task sends what it has finished. */
final class EncodeOutputs {
  private final EncodedPassages passages;
  private final Outlet<byte[], Incoming> encoded;
  private final DeadLetterOutlet deadLetters;
  private final DeadLetterCounts deadLetterCounts;
  private final Traces traces;
  private final LongSupplier clock;

  /**
   * @param clock milliseconds of the wall clock
   */
  EncodeOutputs(
      EncodedPassages passages,
      Outlet<byte[], Incoming> encoded,
      DeadLetterOutlet deadLetters,
      TaskTelemetry telemetry,
      LongSupplier clock) {
    this.passages = passages;
    this.encoded = encoded;
    this.deadLetters = deadLetters;
    this.deadLetterCounts = telemetry.deadLetters();
    this.traces = telemetry.traces();
    this.clock = clock;
  }

  void cached(Origin origin, Subject subject, EncodedText text) {
    send(origin, subject, text, true, 0);
  }

  void encoded(Origin origin, Subject subject, EncodedText text, long encodeMs) {
    send(origin, subject, text, false, encodeMs);
  }

  void refuse(Origin origin, Subject subject, UnusableRecordException why) {
    refuse(origin, why);
    if (subject.passage() != null) {
      passOn(origin, subject.passage());
    }
  }

  /** A record that cannot be read: whose query it belongs to is for others to find out. */
  void refuse(Origin origin, UnusableRecordException why) {
    deadLetterCounts.add(why.code());
    traces.refused(origin.headers(), why.code(), clock.getAsLong());
    deadLetters.send(DeadLetter.of(origin, why));
  }

  /** A passage that was refused before it came here. */
  void passOn(Origin origin, RetrievedPassage refused) {
    encoded.send(passages.refused(origin, refused));
  }

  private void send(
      Origin origin, Subject subject, EncodedText text, boolean cached, long encodeMs) {
    RetrievedPassage passage = subject.passage();
    if (passage != null) {
      tell(origin, passage, cached, encodeMs);
      encoded.send(passages.encoded(origin, passage, text, cached, encodeMs));
    }
  }

  private void tell(Origin origin, RetrievedPassage passage, boolean cached, long encodeMs) {
    long end = clock.getAsLong();
    traces.stage(
        "encode",
        Traces.parent(origin.headers(), passage.getQueryId()),
        TimeUnit.MILLISECONDS.toMicros(end - encodeMs),
        TimeUnit.MILLISECONDS.toMicros(end),
        Attributes.of(TraceAttributes.QUERY, passage.getQueryId(), TraceAttributes.CACHED, cached));
  }
}

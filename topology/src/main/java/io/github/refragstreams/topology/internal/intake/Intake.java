package io.github.refragstreams.topology.internal.intake;

import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.Kind;
import io.github.refragstreams.topology.internal.record.Origin;
import io.github.refragstreams.topology.internal.record.Outlet;
import io.github.refragstreams.topology.internal.record.TextHash;
import io.github.refragstreams.topology.internal.refusal.DeadLetter;
import io.github.refragstreams.topology.internal.refusal.DeadLetterOutlet;
import io.github.refragstreams.topology.internal.refusal.Failures;
import io.github.refragstreams.topology.internal.refusal.UnusableRecordException;
import io.github.refragstreams.topology.internal.telemetry.TaskTelemetry;
import io.github.refragstreams.topology.internal.telemetry.Traces;
import io.github.refragstreams.topology.internal.work.OpenOnce;
import io.opentelemetry.api.common.Attributes;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Keys what is to be encoded by the hash of its text, and sends what cannot be used to the dead
 * letters.
 */
public final class Intake implements Processor<byte[], @Nullable Incoming, byte[], Incoming> {
  private final IntakeRule rule;
  private final Limits limits;
  private final Check check;
  private final TaskTelemetry telemetry;
  private final Children children;

  private final OpenOnce once = new OpenOnce();

  /** Set by {@link #init} and used by its thread only, as everything in a processor. */
  private @Nullable Open open;

  public Intake(IntakeRule rule, Limits limits, TaskTelemetry telemetry, Children children) {
    this.rule = rule;
    this.limits = limits;
    this.check = new Check(limits);
    this.telemetry = telemetry;
    this.children = children;
  }

  /** Where an open processor gets from and sends to. */
  private record Open(
      ProcessorContext<byte[], Incoming> context,
      Outlet<byte[], Incoming> toEncode,
      DeadLetterOutlet deadLetters) {}

  @Override
  public void init(ProcessorContext<byte[], Incoming> context) {
    once.open();
    open =
        new Open(
            context,
            new Outlet<>(context, children.toEncode()),
            new DeadLetterOutlet(context, children.deadLetters(), limits));
  }

  @Override
  public void process(Record<byte[], @Nullable Incoming> record) {
    Open nodes = open;
    if (nodes == null) {
      throw new IllegalStateException("the processor is not open");
    }
    Incoming incoming = record.value();
    Origin origin =
        Origin.of(
            record,
            nodes.context.recordMetadata().orElseThrow(),
            incoming == null ? null : incoming.bytes());
    SpecificRecord event = event(nodes, origin, incoming);
    long arrived = nodes.context.currentSystemTimeMs();
    try {
      check.key(origin.key());
      rule.accept(incoming, origin.headers(), sender(nodes, origin));
      if (event != null) {
        telemetry
            .traces()
            .stage(
                "intake",
                Traces.parent(origin.headers(), Traces.id(event)),
                TimeUnit.MILLISECONDS.toMicros(arrived),
                TimeUnit.MILLISECONDS.toMicros(nodes.context.currentSystemTimeMs()),
                Attributes.empty());
      }
    } catch (UnusableRecordException e) {
      telemetry.deadLetters().add(e.code());
      telemetry.traces().refused(origin.headers(), e.code(), arrived);
      nodes.deadLetters.send(DeadLetter.of(origin, e));
      refused(nodes, origin, event);
    }
  }

  /** The record's event; one that cannot be read is the failure handler's. */
  private @Nullable SpecificRecord event(Open nodes, Origin origin, @Nullable Incoming incoming) {
    try {
      return incoming == null ? null : incoming.event();
    } catch (RuntimeException e) {
      if (!Failures.blamesNoRecord(e)) {
        refused(nodes, origin, null);
      }
      throw e;
    }
  }

  private void refused(Open nodes, Origin origin, @Nullable SpecificRecord event) {
    Origin told = check.mayTravel(origin) ? origin : origin.withoutContent();
    rule.refused(origin, event, sender(nodes, told));
  }

  private static Sender sender(Open nodes, Origin origin) {
    return (readText, sent, kind) -> {
      Headers headers = kind.addTo(origin.withValue(null).carried());
      nodes.toEncode.send(new Record<>(TextHash.of(readText), sent, origin.timestamp(), headers));
    };
  }

  /** Sends on to the encoder. */
  @FunctionalInterface
  interface Sender {
    void send(String readText, Incoming event, Kind kind);
  }
}

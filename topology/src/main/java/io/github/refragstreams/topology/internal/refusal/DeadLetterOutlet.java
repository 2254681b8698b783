package io.github.refragstreams.topology.internal.refusal;

import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.internal.record.Outlet;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/** Where a processor sends what it refuses. */
public final class DeadLetterOutlet {
  private final ProcessorContext<?, ?> context;
  private final Outlet<byte @Nullable [], byte @Nullable []> sink;
  private final Limits limits;

  /**
   * @param child name of the sink
   */
  public DeadLetterOutlet(ProcessorContext<?, ?> context, String child, Limits limits) {
    this.context = context;
    this.sink = new Outlet<>(context, child);
    this.limits = limits;
  }

  public void send(DeadLetter letter) {
    sink.send(letter.forSink(limits.recordBytes(), context.currentSystemTimeMs()));
  }
}

package io.github.refragstreams.topology.internal.record;

import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * One of several nodes that a processor forwards to. Kafka Streams has one type of output for each
 * processor; this gives each of its children a type of its own.
 */
public final class Outlet<K, V> {
  private final ProcessorContext<K, V> context;
  private final String child;

  /**
   * @param child name of a node that takes keys and values of these types
   */
  @SuppressWarnings(
      "unchecked") // Types are erased at run time; the topology connects fitting ones.
  public Outlet(ProcessorContext<?, ?> context, String child) {
    this.context = (ProcessorContext<K, V>) context;
    this.child = child;
  }

  public void send(Record<? extends K, ? extends V> record) {
    forward(record);
  }

  private <L extends K, W extends V> void forward(Record<L, W> record) {
    context.forward(record, child);
  }
}

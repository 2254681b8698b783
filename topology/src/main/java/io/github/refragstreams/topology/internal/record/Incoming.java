package io.github.refragstreams.topology.internal.record;

import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * An event and the bytes that it was read from, which dead letters return as they came.
 *
 * @param bytes null when the event has not been written yet
 */
public record Incoming(SpecificRecord event, byte @Nullable [] bytes) {
  /** An event that has not been written yet. */
  public static Incoming unwritten(SpecificRecord event) {
    return new Incoming(event, null);
  }

  @Override
  public String toString() {
    return "Incoming[" + event.getSchema().getName() + "]";
  }
}

package io.github.refragstreams.topology.internal.record;

import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * An event and the bytes that it was read from, which dead letters return as they came. Used by one
 * thread.
 *
 * <p>What comes from a topic is read when a processor asks for it, not by Kafka Streams. That reads
 * a record as it comes to the head of its queue, and commits what a handler sends of one that
 * cannot be read with whatever the thread's transaction holds, but its offset only after the record
 * behind it: a crash in between doubles the dead letter.
 */
public final class Incoming {
  private final byte @Nullable [] bytes;
  private final Supplier<? extends SpecificRecord> reader;
  private @Nullable SpecificRecord event;

  private Incoming(
      byte @Nullable [] bytes,
      Supplier<? extends SpecificRecord> reader,
      @Nullable SpecificRecord event) {
    this.bytes = bytes;
    this.reader = reader;
    this.event = event;
  }

  /**
   * An event that nobody has read yet.
   *
   * @param reader asked once
   */
  static Incoming unread(byte[] bytes, Supplier<? extends SpecificRecord> reader) {
    return new Incoming(bytes, reader, null);
  }

  /** An event and what it is written as; null where it has not been written yet. */
  public static Incoming of(SpecificRecord event, byte @Nullable [] bytes) {
    return new Incoming(bytes, () -> event, event);
  }

  /** An event that has not been written yet. */
  public static Incoming unwritten(SpecificRecord event) {
    return of(event, null);
  }

  /**
   * The event.
   *
   * @throws RuntimeException when it cannot be read: what its serde throws
   */
  public SpecificRecord event() {
    SpecificRecord known = event;
    if (known == null) {
      known = reader.get();
      event = known;
    }
    return known;
  }

  /** What the event was read from; null when it has not been written yet. */
  public byte @Nullable [] bytes() {
    return bytes;
  }
}

package io.github.refragstreams.topology.internal.record;

import io.github.refragstreams.serde.EventSerde;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the bytes beside the event, which is read when it is asked for; writes an event that has
 * bytes as these.
 */
public final class IncomingSerde<T extends SpecificRecord>
    implements Serde<Incoming>, Serializer<Incoming>, Deserializer<Incoming> {
  private final Class<T> written;
  private final EventSerde<T> writer;
  private final Function<Headers, EventSerde<?>> readers;

  private IncomingSerde(
      Class<T> written, EventSerde<T> writer, Function<Headers, EventSerde<?>> readers) {
    this.written = written;
    this.writer = writer;
    this.readers = readers;
  }

  /** For a topic of one kind of event. */
  public static <T extends SpecificRecord> IncomingSerde<T> of(Class<T> type, EventSerde<T> serde) {
    return new IncomingSerde<>(type, serde, headers -> serde);
  }

  /**
   * For a topic of several kinds of events.
   *
   * @param readers tells a record's kind by its headers
   */
  public static <T extends SpecificRecord> IncomingSerde<T> choosing(
      Class<T> type, EventSerde<T> serde, Function<Headers, EventSerde<?>> readers) {
    return new IncomingSerde<>(type, serde, readers);
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable Incoming incoming) {
    if (incoming == null) {
      return null;
    }
    byte[] bytes = incoming.bytes();
    return bytes != null
        ? bytes
        : writer.serializer().serialize(topic, written.cast(incoming.event()));
  }

  @Override
  public @Nullable Incoming deserialize(String topic, byte @Nullable [] bytes) {
    return deserialize(topic, new RecordHeaders(), bytes);
  }

  @Override
  public @Nullable Incoming deserialize(String topic, Headers headers, byte @Nullable [] bytes) {
    return bytes == null
        ? null
        : Incoming.unread(
            bytes, () -> readers.apply(headers).deserializer().deserialize(topic, bytes));
  }

  @Override
  public Serializer<Incoming> serializer() {
    return this;
  }

  @Override
  public Deserializer<Incoming> deserializer() {
    return this;
  }

  @Override
  public void close() {
    // The events' serdes belong to whoever made them.
  }

  @Override
  public void configure(Map<String, ?> config, boolean isKey) {
    // The events' serdes are configured already.
  }
}

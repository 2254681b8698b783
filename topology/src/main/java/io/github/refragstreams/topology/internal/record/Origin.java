package io.github.refragstreams.topology.internal.record;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A client's record as it came: what a dead letter returns, wherever in the topology it is refused.
 * Internal topics carry it in a header.
 *
 * @param headers the client's, without ours; not changed
 */
public record Origin(
    String topic,
    int partition,
    long offset,
    long timestamp,
    byte @Nullable [] key,
    byte @Nullable [] value,
    Headers headers) {
  /** Starts the names of headers that only internal topics have. */
  private static final String INTERNAL = "refrag.internal.";

  private static final String HEADER = INTERNAL + "origin";

  /** The origin of a record that a client has written. */
  public static Origin of(
      Record<byte[], ?> record, RecordMetadata metadata, byte @Nullable [] value) {
    return new Origin(
        metadata.topic(),
        metadata.partition(),
        metadata.offset(),
        record.timestamp(),
        record.key(),
        value,
        withoutInternal(record.headers()));
  }

  /** The origin that a record of an internal topic carries; null when it carries none. */
  public static @Nullable Origin carriedBy(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    return header == null
        ? null
        : Binary.read(
            header.value(),
            in ->
                new Origin(
                    Binary.text(in),
                    in.readInt(),
                    in.readLong(),
                    in.readLong(),
                    Binary.bytes(in),
                    Binary.bytes(in),
                    withoutInternal(headers)));
  }

  /** The client's headers and this origin, for a record of an internal topic. */
  public RecordHeaders carried() {
    RecordHeaders all = new RecordHeaders(headers);
    all.add(
        HEADER,
        Binary.write(
            out -> {
              Binary.text(out, topic);
              out.writeInt(partition);
              out.writeLong(offset);
              out.writeLong(timestamp);
              Binary.bytes(out, key);
              Binary.bytes(out, value);
            }));
    return all;
  }

  /** The same without the value, where that travels as the value of the internal record. */
  public Origin withValue(byte @Nullable [] other) {
    return new Origin(topic, partition, offset, timestamp, key, other, headers);
  }

  /** Where the record came from, without what it held. */
  public Origin withoutContent() {
    return new Origin(topic, partition, offset, timestamp, null, null, new RecordHeaders());
  }

  /** What a client has sent, without headers that it cannot know of. */
  public static Headers withoutInternal(Headers headers) {
    List<Header> clients = new ArrayList<>();
    for (Header header : headers) {
      if (!header.key().startsWith(INTERNAL)) {
        clients.add(header);
      }
    }
    return new RecordHeaders(clients);
  }

  /** Name of a further header of internal topics. */
  static String internalHeader(String name) {
    return INTERNAL + name;
  }

  @Override
  public String toString() {
    return "Origin[" + topic + "-" + partition + "@" + offset + "]";
  }
}

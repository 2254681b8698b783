package io.github.refragstreams.app.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.topology.DeadLetterHeaders;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A record as it lies in a topic.
 *
 * @param at when it was made: outputs say so in a header, since their timestamps are those of their
 *     queries
 * @param bytes size of its value; null where it has none
 * @param event its fields by their names in the schema; null where it holds no event
 */
public record StoredEvent(
    String topic,
    int partition,
    long offset,
    Instant at,
    Map<String, String> headers,
    @Nullable Integer bytes,
    @Nullable Map<String, @Nullable Object> event) {
  private static final String TIME = "ce_time";

  static StoredEvent of(
      ConsumerRecord<byte[], byte @Nullable []> record,
      @Nullable Map<String, @Nullable Object> event) {
    byte[] value = record.value();
    return new StoredEvent(
        record.topic(),
        record.partition(),
        record.offset(),
        at(record),
        headers(record.headers()),
        value == null ? null : value.length,
        event);
  }

  /** Headers as text, in their order; stack traces are left out. */
  static Map<String, String> headers(Headers headers) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Header header : headers) {
      if (header.value() != null && !header.key().equals(DeadLetterHeaders.STACKTRACE)) {
        texts.put(header.key(), new String(header.value(), UTF_8));
      }
    }
    return texts;
  }

  private static Instant at(ConsumerRecord<?, ?> record) {
    Header time = record.headers().lastHeader(TIME);
    Instant stored = Instant.ofEpochMilli(record.timestamp());
    if (time == null || time.value() == null) {
      return stored;
    }
    try {
      return Instant.parse(new String(time.value(), UTF_8));
    } catch (DateTimeException e) {
      return stored;
    }
  }

  @Override
  public String toString() {
    return "StoredEvent[" + topic + "-" + partition + "@" + offset + "]";
  }
}

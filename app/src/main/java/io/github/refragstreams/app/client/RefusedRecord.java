package io.github.refragstreams.app.client;

import io.github.refragstreams.topology.DeadLetterHeaders;
import io.github.refragstreams.topology.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record of the dead letters.
 *
 * @param id its place there, {@code partition@offset}
 * @param sentAt the timestamp of the record itself
 * @param topic where it came from
 * @param source the same with partition and offset, {@code topic-partition@offset}
 * @param stage where it was refused
 * @param code why: a name of {@link ErrorCode}, of this version or of another
 * @param message the same for people; never text of the record
 * @param key null where there is none
 * @param record as it lies among the dead letters
 */
public record RefusedRecord(
    String id,
    Instant sentAt,
    String topic,
    String source,
    String stage,
    String code,
    String message,
    @Nullable String key,
    ConsumerRecord<byte[], byte @Nullable []> record) {

  /** Headers that a refusal adds: those that Kafka Streams' and ours begin with. */
  private static final String[] REFUSALS = {"__streams.errors.", "refrag.error."};

  static RefusedRecord of(ConsumerRecord<byte[], byte @Nullable []> record) {
    Refusal refusal = Refusal.of(record.headers());
    byte[] key = record.key();
    return new RefusedRecord(
        record.partition() + "@" + record.offset(),
        Instant.ofEpochMilli(record.timestamp()),
        refusal.topic(),
        refusal.topic()
            + "-"
            + Refusal.text(record.headers(), DeadLetterHeaders.PARTITION)
            + "@"
            + Refusal.text(record.headers(), DeadLetterHeaders.OFFSET),
        refusal.stage(),
        refusal.code(),
        refusal.message(),
        key == null ? null : new String(key, StandardCharsets.UTF_8),
        record);
  }

  /** The code as this version knows it; empty for one of another version. */
  public Optional<ErrorCode> errorCode() {
    return Arrays.stream(ErrorCode.values()).filter(known -> known.name().equals(code)).findFirst();
  }

  /** For machines: where it is, where it came from, and why it is here. */
  public Map<String, @Nullable Object> summary() {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("id", id);
    values.put("time", sentAt.toString());
    values.put("code", code);
    values.put("class", errorCode().map(known -> known.errorClass().label()).orElse(null));
    values.put("stage", stage);
    values.put("source", source);
    values.put("key", key);
    values.put("message", message);
    return values;
  }

  /** The same, with what can be done and with its headers; without what it holds. */
  public Map<String, @Nullable Object> details() {
    Map<String, @Nullable Object> values = summary();
    errorCode()
        .ifPresent(
            known -> {
              values.put("policy", known.errorClass().policy());
              values.put("advice", known.advice());
            });
    values.put("headers", StoredEvent.headers(record.headers()));
    byte[] value = record.value();
    values.put("value_bytes", value == null ? null : value.length);
    return values;
  }

  /** What it holds: the event's fields, else its bytes in base 64; null where it holds nothing. */
  public @Nullable Object payload(EventDecoder decoder) {
    byte[] value = record.value();
    if (value == null) {
      return null;
    }
    Optional<Map<String, @Nullable Object>> fields =
        decoder.decode(topic, value).map(EventFields::of);
    return fields.isPresent() ? fields.get() : Base64.getEncoder().encodeToString(value);
  }

  /** The record as it was sent, with where it comes from in a header of its own. */
  ProducerRecord<byte[], byte @Nullable []> again() {
    Headers headers = new RecordHeaders();
    for (Header header : record.headers()) {
      if (Arrays.stream(REFUSALS).noneMatch(header.key()::startsWith)
          && !header.key().equals(DeadLetterHeaders.REPLAY_OF)) {
        headers.add(header);
      }
    }
    headers.add(DeadLetterHeaders.REPLAY_OF, id.getBytes(StandardCharsets.UTF_8));
    return new ProducerRecord<>(topic, null, record.key(), record.value(), headers);
  }

  @Override
  public String toString() {
    return "RefusedRecord[" + id + ", " + code + "]";
  }
}

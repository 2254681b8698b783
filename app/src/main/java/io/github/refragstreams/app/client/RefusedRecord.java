package io.github.refragstreams.app.client;

import io.github.refragstreams.topology.DeadLetterHeaders;
import io.github.refragstreams.topology.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of the dead letters in one line: where it is, where it came from, and why it is there.
 *
 * @param id its place among the dead letters
 * @param refusedAt when it was refused
 * @param topic where it came from
 * @param source the same with partition and offset, {@code topic-partition@offset}
 * @param stage where it was refused
 * @param code why: a name of {@link ErrorCode}, of this version or of another
 * @param message the same for people; never text of the record
 * @param key null where there is none
 * @param whole false where it was too large, and its value is left out
 */
public record RefusedRecord(
    LetterId id,
    Instant refusedAt,
    String topic,
    String source,
    String stage,
    String code,
    String message,
    @Nullable String key,
    boolean whole) {

  static RefusedRecord of(ConsumerRecord<byte[], byte @Nullable []> record) {
    Refusal refusal = Refusal.of(record.headers());
    byte[] key = record.key();
    return new RefusedRecord(
        new LetterId(record.partition(), record.offset()),
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
        record.headers().lastHeader(DeadLetterHeaders.CUT) == null);
  }

  /** The code as this version knows it; empty for one of another version. */
  public Optional<ErrorCode> errorCode() {
    return Arrays.stream(ErrorCode.values()).filter(known -> known.name().equals(code)).findFirst();
  }

  /** The same for machines. */
  public Map<String, @Nullable Object> summary() {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("id", id.toString());
    values.put("time", refusedAt.toString());
    values.put("code", code);
    values.put("class", errorCode().map(known -> known.errorClass().label()).orElse(null));
    values.put("stage", stage);
    values.put("source", source);
    values.put("key", key);
    values.put("message", message);
    return values;
  }

  @Override
  public String toString() {
    return "RefusedRecord[" + id + ", " + code + "]";
  }
}

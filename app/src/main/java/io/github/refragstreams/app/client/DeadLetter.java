package io.github.refragstreams.app.client;

import io.github.refragstreams.serde.RegistryRefusedException;
import io.github.refragstreams.serde.RegistryUnavailableException;
import io.github.refragstreams.topology.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record of the dead letters with all that it holds: megabytes, perhaps, so one at a time.
 *
 * @param refused what can be said of it
 * @param record as it lies there
 */
public record DeadLetter(RefusedRecord refused, ConsumerRecord<byte[], byte @Nullable []> record) {

  /** Headers that a refusal adds: those that Kafka Streams' and ours begin with. */
  private static final String[] REFUSALS = {"__streams.errors.", "refrag.error."};

  static DeadLetter of(ConsumerRecord<byte[], byte @Nullable []> record) {
    return new DeadLetter(RefusedRecord.of(record), record);
  }

  /** For machines: its summary, what can be done, and its headers; without what it holds. */
  public Map<String, @Nullable Object> details() {
    Map<String, @Nullable Object> values = refused.summary();
    refused
        .errorCode()
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

  /**
   * What it holds: the event's fields, else its bytes in base 64; so too while the registry is
   * away, for why it was refused can be told all the same. Null where it holds nothing.
   */
  public @Nullable Object payload(EventDecoder decoder) {
    byte[] value = record.value();
    if (value == null) {
      return null;
    }
    Optional<Map<String, @Nullable Object>> fields = fields(decoder, value);
    return fields.isPresent() ? fields.get() : Base64.getEncoder().encodeToString(value);
  }

  private Optional<Map<String, @Nullable Object>> fields(EventDecoder decoder, byte[] value) {
    try {
      return decoder.decode(refused.topic(), value).map(EventFields::of);
    } catch (RegistryUnavailableException | RegistryRefusedException e) {
      return Optional.empty();
    }
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
    headers.add(
        DeadLetterHeaders.REPLAY_OF, refused.id().toString().getBytes(StandardCharsets.UTF_8));
    return new ProducerRecord<>(refused.topic(), null, record.key(), record.value(), headers);
  }

  @Override
  public String toString() {
    return "DeadLetter[" + refused.id() + ", " + refused.code() + "]";
  }
}

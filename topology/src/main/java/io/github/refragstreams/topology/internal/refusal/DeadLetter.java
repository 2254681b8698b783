package io.github.refragstreams.topology.internal.refusal;

import io.github.refragstreams.topology.DeadLetterHeaders;
import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.Stage;
import io.github.refragstreams.topology.internal.record.Origin;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A refused record: key, value and headers as they came, and {@link DeadLetterHeaders}; without
 * value and the client's headers where it would be too large.
 */
public final class DeadLetter {
  private static final Logger LOGGER = LoggerFactory.getLogger(DeadLetter.class);

  /** What an operator should know of; the rest is between client and dead letters. */
  private static final Set<ErrorCode> OURS =
      Set.of(
          ErrorCode.PASSAGE_NOT_ENCODABLE,
          ErrorCode.QUERY_NOT_ANSWERABLE,
          ErrorCode.RETRIES_EXHAUSTED,
          ErrorCode.OVERLOADED,
          ErrorCode.UNEXPECTED);

  /** A stack trace is for a person to read; a deep one must not make the record too large. */
  private static final int MOST_TRACE_CHARS = 8_192;

  private static final int MOST_KEY_BYTES = 4_096;

  /** Of Kafka's format, more than there are: lengths, and what every batch has. */
  private static final int HEADER_BYTES = 10;

  private static final int RECORD_BYTES = 128;

  private final Origin origin;
  private final Stage stage;
  private final ErrorCode code;
  private final Throwable failure;

  private DeadLetter(Origin origin, Stage stage, ErrorCode code, Throwable failure) {
    this.origin = origin;
    this.stage = stage;
    this.code = code;
    this.failure = failure;
    LOGGER
        .atLevel(OURS.contains(code) ? Level.WARN : Level.DEBUG)
        .addKeyValue("stage", stage.label())
        .addKeyValue("code", code)
        .addKeyValue("topic", origin.topic())
        .addKeyValue("partition", origin.partition())
        .addKeyValue("offset", origin.offset())
        .log("record goes to the dead letters");
    LOGGER.debug("refused because of", failure);
  }

  public static DeadLetter of(Origin origin, UnusableRecordException failure) {
    return new DeadLetter(origin, failure.stage(), failure.code(), failure);
  }

  public static DeadLetter of(Origin origin, Stage stage, ErrorCode code, Throwable failure) {
    return new DeadLetter(origin, stage, code, failure);
  }

  /**
   * For a sink node.
   *
   * @param most bytes of the largest dead letter
   */
  Record<byte @Nullable [], byte @Nullable []> forSink(int most, long now) {
    Kept kept = fitting(most);
    return new Record<>(kept.key, kept.value, now, kept.headers);
  }

  /** For a handler. */
  ProducerRecord<byte[], byte[]> forTopic(String topic, int most, long now) {
    Kept kept = fitting(most);
    return new ProducerRecord<>(topic, null, now, kept.key, kept.value, kept.headers);
  }

  private record Kept(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {}

  /**
   * All of it, unless no broker would take that: topics take what is small when it is compressed.
   * The thread would end at it, again and again.
   */
  private Kept fitting(int most) {
    byte[] key = origin.key();
    Headers all = told(origin.headers());
    if (length(key) + length(origin.value()) + bytes(all) + RECORD_BYTES <= most) {
      return new Kept(key, origin.value(), all);
    }
    Headers ours = told(new RecordHeaders());
    add(ours, DeadLetterHeaders.CUT, String.valueOf(length(key) + length(origin.value())));
    return new Kept(length(key) > MOST_KEY_BYTES ? null : key, null, ours);
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static long bytes(Headers headers) {
    long bytes = 0;
    for (Header header : headers) {
      bytes +=
          header.key().getBytes(StandardCharsets.UTF_8).length
              + length(header.value())
              + HEADER_BYTES;
    }
    return bytes;
  }

  private Headers told(Headers clients) {
    Headers all = new RecordHeaders(clients);
    add(all, DeadLetterHeaders.EXCEPTION, failure.getClass().getName());
    add(all, DeadLetterHeaders.MESSAGE, String.valueOf(failure.getMessage()));
    add(all, DeadLetterHeaders.STACKTRACE, trace());
    add(all, DeadLetterHeaders.TOPIC, origin.topic());
    add(all, DeadLetterHeaders.PARTITION, String.valueOf(origin.partition()));
    add(all, DeadLetterHeaders.OFFSET, String.valueOf(origin.offset()));
    add(all, DeadLetterHeaders.TIMESTAMP, String.valueOf(origin.timestamp()));
    add(all, DeadLetterHeaders.STAGE, stage.label());
    add(all, DeadLetterHeaders.CODE, code.name());
    add(all, DeadLetterHeaders.CLASS, code.errorClass().label());
    return all;
  }

  /** A record that was refused, corrected and sent again keeps no traces of the first refusal. */
  private static void add(Headers headers, String name, String value) {
    headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private String trace() {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    String text = trace.toString();
    return text.length() <= MOST_TRACE_CHARS ? text : text.substring(0, MOST_TRACE_CHARS);
  }
}

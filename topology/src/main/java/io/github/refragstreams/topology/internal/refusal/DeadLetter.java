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
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A refused record: key, value, timestamp and headers as they came, and {@link DeadLetterHeaders}.
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

  /** For a sink node. */
  public Record<byte[], byte @Nullable []> forSink() {
    return new Record<>(origin.key(), origin.value(), origin.timestamp(), headers());
  }

  /** For a handler. */
  public ProducerRecord<byte[], byte[]> forTopic(String topic) {
    // Where the client gave none, the broker would refuse it.
    Long timestamp = origin.timestamp() < 0 ? null : origin.timestamp();
    return new ProducerRecord<>(topic, null, timestamp, origin.key(), origin.value(), headers());
  }

  private Headers headers() {
    Headers all = new RecordHeaders(origin.headers());
    add(all, DeadLetterHeaders.EXCEPTION, failure.getClass().getName());
    add(all, DeadLetterHeaders.MESSAGE, String.valueOf(failure.getMessage()));
    add(all, DeadLetterHeaders.STACKTRACE, trace());
    add(all, DeadLetterHeaders.TOPIC, origin.topic());
    add(all, DeadLetterHeaders.PARTITION, String.valueOf(origin.partition()));
    add(all, DeadLetterHeaders.OFFSET, String.valueOf(origin.offset()));
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

package io.github.refragstreams.app.client;

import io.github.refragstreams.topology.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * What a dead letter says of itself.
 *
 * @param topic where the record came from
 * @param stage where it was refused
 * @param code why: a name of {@code ErrorCode}
 * @param message the same for people, without text of the record; empty where nobody can know what
 *     it holds
 */
record Refusal(String topic, String stage, String code, String message) {
  private static final String OURS = "io.github.refragstreams.";

  static Refusal of(Headers headers) {
    // Messages of foreign exceptions may repeat what they failed on.
    boolean ours = text(headers, DeadLetterHeaders.EXCEPTION).startsWith(OURS);
    return new Refusal(
        text(headers, DeadLetterHeaders.TOPIC),
        text(headers, DeadLetterHeaders.STAGE),
        text(headers, DeadLetterHeaders.CODE),
        ours && headers.lastHeader(DeadLetterHeaders.MESSAGE) != null
            ? text(headers, DeadLetterHeaders.MESSAGE)
            : "");
  }

  /** The code, and the message if there is one. */
  String reason() {
    return message.isEmpty() ? code : code + ": " + message;
  }

  static String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    // Anybody may have written it: a header need not have a value.
    return header == null || header.value() == null
        ? "unknown"
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}

package io.github.refragstreams.topology.internal.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Headers of outputs: the trace of the query goes on, and CloudEvents attributes (binary mode) are
 * always our own, so that nobody takes an answer for its question.
 */
final class CloudEvents {
  private static final List<String> TRACE = List.of("traceparent", "tracestate", "baggage");

  private final String source;

  /**
   * @param source value of {@code ce_source}
   */
  CloudEvents(String source) {
    this.source = source;
  }

  /**
   * @param type last part of {@code ce_type}
   * @param id unique among the events of this source
   * @param subject id of the query
   */
  Headers headers(Headers ofQuery, String type, String id, String subject, Instant time) {
    RecordHeaders headers = new RecordHeaders();
    for (String name : TRACE) {
      Header header = ofQuery.lastHeader(name);
      if (header != null) {
        headers.add(header);
      }
    }
    add(headers, "ce_specversion", "1.0");
    add(headers, "ce_id", id);
    add(headers, "ce_source", source);
    add(headers, "ce_type", "io.github.refragstreams." + type);
    add(headers, "ce_subject", subject);
    add(headers, "ce_time", time.toString());
    add(headers, "content-type", "application/vnd.confluent.avro");
    return headers;
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(UTF_8));
  }
}

package io.github.refragstreams.app.events;

import io.github.refragstreams.topology.CancelHeader;
import io.github.refragstreams.topology.DeadLetterHeaders;
import java.util.List;
import java.util.stream.Stream;

/** The headers of each kind of record. */
final class EventHeaders {
  private static final List<EventHeader> TRACE =
      List.of(
          new EventHeader(
              "traceparent",
              "W3C trace context. Spans of all stages are below it; without it, a query and its"
                  + " passages are in a trace that follows from the query's id."),
          new EventHeader("tracestate", "W3C trace context, beside `traceparent`."),
          new EventHeader("baggage", "W3C baggage; not read."));

  private static final EventHeader REPLAY =
      new EventHeader(
          DeadLetterHeaders.REPLAY_OF,
          "On a record that was sent again: the dead letter that it was, as `partition@offset`.");

  private EventHeaders() {}

  static List<EventHeader> query() {
    return join(
        TRACE,
        List.of(
            new EventHeader(
                CancelHeader.QUERY_ID,
                "On a record without value: id of the query that is taken back, in UTF-8."),
            REPLAY));
  }

  static List<EventHeader> input() {
    return join(TRACE, List.of(REPLAY));
  }

  /**
   * @param type last part of {@code ce_type}
   * @param id what {@code ce_id} is
   */
  static List<EventHeader> output(String type, String id) {
    List<EventHeader> told =
        TRACE.stream()
            .map(header -> new EventHeader(header.name(), "That of the query, if it has one."))
            .toList();
    return join(
        told,
        List.of(
            new EventHeader("ce_specversion", "`1.0`: CloudEvents, binary mode."),
            new EventHeader("ce_id", id),
            new EventHeader("ce_source", "`/refrag-streams/` and `streams.application-id`."),
            new EventHeader("ce_type", "`io.github.refragstreams." + type + "`."),
            new EventHeader("ce_subject", "`query_id`."),
            new EventHeader("ce_time", "When the record was made, ISO 8601."),
            new EventHeader("content-type", "`application/vnd.confluent.avro`.")));
  }

  static List<EventHeader> deadLetter() {
    return List.of(
        new EventHeader(DeadLetterHeaders.EXCEPTION, "Class of the exception."),
        new EventHeader(
            DeadLetterHeaders.MESSAGE, "What is wrong, for people; never text of the record."),
        new EventHeader(DeadLetterHeaders.STACKTRACE, "Where it was found, for developers."),
        new EventHeader(DeadLetterHeaders.TOPIC, "Topic that the record came from."),
        new EventHeader(DeadLetterHeaders.PARTITION, "Its partition, in decimal digits."),
        new EventHeader(DeadLetterHeaders.OFFSET, "Its offset, in decimal digits."),
        new EventHeader(
            DeadLetterHeaders.TIMESTAMP,
            "Its own timestamp, milliseconds since the epoch in decimal digits."),
        new EventHeader(
            DeadLetterHeaders.STAGE, "`intake`, `encode`, `join` or `answer`: where it was."),
        new EventHeader(
            DeadLetterHeaders.CODE, "One of the [codes](dead-letters.md); a public contract."),
        new EventHeader(DeadLetterHeaders.CLASS, "Class of the code: what is done about it."),
        new EventHeader(
            DeadLetterHeaders.CUT,
            "On one that was too large: bytes of key and value; the value and the headers are"
                + " left out; it cannot be replayed."),
        REPLAY);
  }

  private static List<EventHeader> join(List<EventHeader> first, List<EventHeader> second) {
    return Stream.of(first, second).flatMap(List::stream).toList();
  }
}

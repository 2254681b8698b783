package io.github.refragstreams.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.refragstreams.topology.internal.telemetry.TraceAttributes;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** The spans of a query and its passages. */
class TracesTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";
  private static final String TRACEPARENT = "00-" + TRACE + "-" + PARENT + "-01";

  @Test
  void hasASpanForEachStageOfAQueryBelowThatOfItsClient() {
    try (TopologyFixture fixture = new TopologyFixture()) {
      // Given
      fixture.ask(Samples.query("q").setExpectedPassages(1).build(), traced());
      fixture.rawPassage(
          "q".getBytes(UTF_8), fixture.bytes(Samples.passage("q", "p").build()), traced());
      // When
      fixture.tick();
      fixture.tick();
      // Then
      assertThat(fixture.answerRecords().get(0).headers().lastHeader("traceparent").value())
          .isEqualTo(TRACEPARENT.getBytes(UTF_8));
      assertThat(fixture.spans())
          .extracting(SpanData::getName)
          .containsExactlyInAnyOrder(
              "intake", "intake", "encode", "wait", "plan", "queue", "prefill", "decode", "emit");
      assertThat(fixture.spans())
          .allSatisfy(
              span -> {
                assertThat(span.getTraceId()).isEqualTo(TRACE);
                assertThat(span.getParentSpanId()).isEqualTo(PARENT);
                assertThat(span.getEndEpochNanos())
                    .isGreaterThanOrEqualTo(span.getStartEpochNanos());
              });
      SpanData waited =
          fixture.spans().stream()
              .filter(span -> span.getName().equals("wait"))
              .findFirst()
              .orElseThrow();
      assertThat(waited.getStartEpochNanos() / 1_000_000).isEqualTo(Samples.NOW.toEpochMilli());
    }
  }

  @Test
  void tellsHowAnAnswerWasPlanned() {
    try (TopologyFixture fixture = new TopologyFixture(TopologyFixture.selecting())) {
      // When
      fixture.ask(Samples.query("q").setExpectedPassages(1));
      fixture.retrieve(Samples.passage("q", "p"));
      fixture.tick();
      fixture.tick();
      // Then
      assertThat(fixture.spans())
          .filteredOn(span -> span.getName().equals("plan"))
          .extracting(SpanData::getAttributes)
          .extracting(
              plan -> plan.get(TraceAttributes.PASSAGES),
              plan -> plan.get(TraceAttributes.MODE),
              plan -> plan.get(TraceAttributes.LOAD_LEVEL))
          .containsExactly(tuple(1L, "SELECTED", 0L));
    }
  }

  @Test
  void tellsOneTraceOfAQueryAndItsPassagesWithoutHeaders() {
    try (TopologyFixture fixture = new TopologyFixture()) {
      // When
      fixture.ask(Samples.query("q").setExpectedPassages(1));
      fixture.retrieve(Samples.passage("q", "p"));
      fixture.tick();
      fixture.tick();
      // Then
      assertThat(fixture.answerRecords().get(0).headers().lastHeader("traceparent")).isNull();
      assertThat(fixture.spans()).hasSize(9);
      assertThat(fixture.spans())
          .extracting(SpanData::getTraceId)
          .containsOnly(fixture.spans().get(0).getTraceId());
      assertThat(fixture.spans())
          .extracting(SpanData::getParentSpanId)
          .containsOnly(fixture.spans().get(0).getParentSpanId());
    }
  }

  @Test
  void tellsWhyARecordWasRefused() {
    try (TopologyFixture fixture = new TopologyFixture()) {
      // When
      fixture.ask(Samples.query("q").setQuestion(" ").build(), traced());
      // Then
      SpanData refused = fixture.spans().get(0);
      assertThat(refused.getTraceId()).isEqualTo(TRACE);
      assertThat(refused.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(refused.getStatus().getDescription()).isEqualTo("EMPTY_QUESTION");
    }
  }

  @Test
  void holdsNoTextOfARecord() {
    try (TopologyFixture fixture = new TopologyFixture()) {
      // When
      fixture.ask(Samples.query("q").setQuestion("a secret question").setExpectedPassages(1));
      fixture.retrieve(
          Samples.passage("q", "p").setText("a secret text").setTitle("a secret title"));
      fixture.tick();
      fixture.tick();
      // Then
      assertThat(fixture.spans()).isNotEmpty();
      assertThat(List.copyOf(fixture.spans()).toString()).doesNotContain("secret");
    }
  }

  private static Headers traced() {
    return new RecordHeaders().add("traceparent", TRACEPARENT.getBytes(UTF_8));
  }
}

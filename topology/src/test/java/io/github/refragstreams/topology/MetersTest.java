package io.github.refragstreams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.schemas.Answer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** What the topology's meters say after what has happened. */
class MetersTest {
  @Test
  void hasEveryMeterFromTheStart() {
    try (TopologyFixture fixture = new TopologyFixture()) {
      assertThat(TopologyMeters.ALL)
          .hasSizeGreaterThan(10)
          .allSatisfy(spec -> assertThat(fixture.meters.find(spec.name()).meters()).isNotEmpty());
      assertThat(fixture.meters.find("refrag.dead.letters").counters())
          .hasSize(ErrorCode.values().length);
    }
  }

  @Test
  void countsLookUpsInTheStoreOfVectors() {
    try (TopologyFixture fixture = new TopologyFixture()) {
      // When
      fixture.retrieve(Samples.passage("q1", "p").setText("the same text"));
      fixture.tick();
      fixture.retrieve(Samples.passage("q2", "p").setText("the same text"));
      // Then
      assertThat(count(fixture, "refrag.encode.cache.lookups", "result", "miss")).isEqualTo(1);
      assertThat(count(fixture, "refrag.encode.cache.lookups", "result", "hit")).isEqualTo(1);
    }
  }

  @Test
  void measuresAnAnswerAsItsStatisticsSay() {
    try (TopologyFixture fixture = new TopologyFixture()) {
      // Given
      fixture.retrieve(Samples.passage("q", "p"));
      fixture.tick();
      // When
      fixture.ask(Samples.query("q").setExpectedPassages(1));
      fixture.tick();
      // Then
      Answer answer = fixture.answers().get(0);
      assertThat(count(fixture, "refrag.answers", "status", "complete")).isEqualTo(1);
      assertThat(fixture.meters.get("refrag.answer.compression").summary().max())
          .isEqualTo(answer.getStats().getCompression());
      assertThat(fixture.meters.get("refrag.answer.prompt").summary().max())
          .isEqualTo(answer.getStats().getPromptPositions());
      assertThat(fixture.meters.get("refrag.answer.first.token").timer().max(TimeUnit.MILLISECONDS))
          .isEqualTo(answer.getStats().getTimeToFirstTokenMs());
      assertThat(fixture.meters.get("refrag.answer.time").timer().max(TimeUnit.MILLISECONDS))
          .as("the query came one tick ago")
          .isEqualTo(fixture.config.tick().toMillis());
    }
  }

  @Test
  void tellsWhatQueriesAndPassagesAreAt() {
    try (TopologyFixture fixture = new TopologyFixture(TopologyFixture.generatingAtMost(1))) {
      // Given
      fixture.fakes.decoder().hold();
      fixture.fakes.encoder().hold();
      fixture.ask(Samples.query("generating").setExpectedPassages(0));
      fixture.ask(Samples.query("ready").setExpectedPassages(0));
      fixture.ask(Samples.query("waiting").setExpectedPassages(1));
      fixture.retrieve(Samples.passage("waiting", "p"));
      // When
      fixture.tick();
      // Then
      assertThat(gauge(fixture, "refrag.answer.requests", "state", "generating")).isEqualTo(1);
      assertThat(gauge(fixture, "refrag.answer.requests", "state", "ready")).isEqualTo(1);
      assertThat(gauge(fixture, "refrag.answer.requests", "state", "waiting")).isEqualTo(1);
      assertThat(gauge(fixture, "refrag.encode.pending", "lane", "queries")).isEqualTo(1);
      assertThat(gauge(fixture, "refrag.encode.in.flight", "lane", "queries")).isEqualTo(1);
      // When
      fixture.close();
      // Then
      assertThat(gauge(fixture, "refrag.answer.requests", "state", "generating")).isZero();
      assertThat(gauge(fixture, "refrag.encode.pending", "lane", "queries")).isZero();
    }
  }

  @Test
  void tellsHowFarLoadLowersQuality() {
    TopologyConfig config =
        TopologyFixture.generatingAtMost(1)
            .withDegrade(new DegradeConfig(true, Duration.ofMillis(10), 0f));
    try (TopologyFixture fixture = new TopologyFixture(config)) {
      // Given
      assertThat(fixture.meters.get("refrag.answer.load.level").gauge().value()).isZero();
      fixture.fakes.decoder().hold();
      fixture.ask(Samples.query("first").setExpectedPassages(0));
      fixture.ask(Samples.query("second").setExpectedPassages(0));
      // When: the second one waits for longer than it should
      fixture.tick();
      fixture.fakes.decoder().release();
      fixture.tick();
      fixture.tick();
      // Then
      assertThat(fixture.answers())
          .extracting(answer -> answer.getStats().getLoadLevel())
          .containsExactly(0, 1);
      assertThat(fixture.meters.get("refrag.answer.load.level").gauge().value()).isEqualTo(1);
    }
  }

  @Test
  void countsRetriesByStage() {
    try (TopologyFixture fixture = new TopologyFixture()) {
      // When
      fixture.fakes.decoder().failNext(ModelException.Kind.TRANSIENT);
      fixture.ask(Samples.query("q").setExpectedPassages(0));
      fixture.fakes.encoder().failOn("", ModelException.Kind.MODEL);
      fixture.retrieve(Samples.passage("other", "p"));
      fixture.tick();
      // Then
      assertThat(count(fixture, "refrag.retries", "stage", "answer")).isEqualTo(1);
      assertThat(count(fixture, "refrag.retries", "stage", "encode")).isEqualTo(1);
    }
  }

  @Test
  void countsDeadLettersOfEveryStageByCode() {
    try (TopologyFixture fixture = new TopologyFixture()) {
      // When
      fixture.rawQuery(new byte[] {1}, new byte[] {1}, new RecordHeaders());
      fixture.ask(Samples.query("q").setQuestion(" "));
      fixture.retrieve(Samples.passage("q", "p").setText(""));
      fixture.fakes.encoder().failOn("bad", ModelException.Kind.INPUT);
      fixture.retrieve(Samples.passage("q", "p2").setText("bad"));
      fixture.tick();
      // Then
      for (ErrorCode code :
          List.of(
              ErrorCode.NOT_AVRO,
              ErrorCode.EMPTY_QUESTION,
              ErrorCode.EMPTY_TEXT,
              ErrorCode.PASSAGE_NOT_ENCODABLE)) {
        assertThat(count(fixture, "refrag.dead.letters", "code", code.name()))
            .as(code.name())
            .isEqualTo(1);
      }
    }
  }

  @Test
  void namesNoTagWithAnId() {
    try (TopologyFixture fixture = new TopologyFixture()) {
      // When
      fixture.retrieve(
          Samples.passage("query-id", "passage-id").setConversationId("conversation-id"));
      fixture.ask(
          Samples.query("query-id").setConversationId("conversation-id").setExpectedPassages(1));
      fixture.tick();
      fixture.tick();
      // Then
      String generationId = fixture.answers().get(0).getGenerationId();
      assertThat(fixture.meters.getMeters())
          .extracting(Meter::getId)
          .flatExtracting(Meter.Id::getTags)
          .extracting(Tag::getValue)
          .isNotEmpty()
          .allSatisfy(
              value ->
                  assertThat(value)
                      .doesNotContain("query-id", "conversation-id", "passage-id", generationId));
    }
  }

  private static double count(TopologyFixture fixture, String name, String tag, String value) {
    return fixture.meters.get(name).tag(tag, value).counter().count();
  }

  private static double gauge(TopologyFixture fixture, String name, String tag, String value) {
    return fixture.meters.get(name).tag(tag, value).gauge().value();
  }
}

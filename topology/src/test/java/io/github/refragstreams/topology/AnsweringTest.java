package io.github.refragstreams.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStats;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.schemas.Citation;
import io.github.refragstreams.schemas.CitationReason;
import io.github.refragstreams.schemas.Mode;
import io.github.refragstreams.schemas.PassageReading;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From queries and passages to answers. */
class AnsweringTest {
  private final TopologyFixture fixture = new TopologyFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void answersAQueryWhenAllItsPassagesHaveCome() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(2));
    fixture.retrieve(Samples.passage("q", "p1"));
    fixture.tick();
    fixture.retrieve(Samples.passage("q", "p2").setRank(1));
    // When
    fixture.tick();
    fixture.tick();
    // Then
    Answer answer = only(fixture.answers());
    assertThat(answer.getText()).isEqualTo("answer to question of q");
    assertThat(answer.getStatus()).isEqualTo(AnswerStatus.COMPLETE);
    assertThat(answer.getQueryId()).isEqualTo("q");
    assertThat(answer.getConversationId()).isNull();
    assertThat(answer.getModel()).isEqualTo("fake@1");
    assertThat(answer.getCitations())
        .containsExactly(new Citation("p1", 0, 0, 0, 2, CitationReason.EXPANDED));
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void waitsForAllExpectedPassages() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(2));
    // When
    fixture.retrieve(Samples.passage("q", "p1"));
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(fixture.answers()).isEmpty();
  }

  @Test
  void joinsPassagesThatCameBeforeTheirQuery() {
    // Given
    fixture.retrieve(Samples.passage("q", "p1"));
    fixture.tick();
    // When
    fixture.ask(Samples.query("q").setExpectedPassages(1));
    fixture.tick();
    // Then
    assertThat(only(fixture.answers()).getStatus()).isEqualTo(AnswerStatus.COMPLETE);
  }

  @Test
  void takesTheNumberOfPassagesFromATotal() {
    // Given
    fixture.ask(Samples.query("q"));
    fixture.retrieve(Samples.passage("q", "p1").setTotal(2));
    fixture.tick();
    fixture.tick();
    assertThat(fixture.answers()).isEmpty();
    // When
    fixture.retrieve(Samples.passage("q", "p2").setTotal(2).setRank(1));
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(only(fixture.answers()).getStatus()).isEqualTo(AnswerStatus.COMPLETE);
  }

  @Test
  void prefersTheNumberThatTheQueryTells() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(1));
    // When
    fixture.retrieve(Samples.passage("q", "p1").setTotal(7));
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(only(fixture.answers()).getStatus()).isEqualTo(AnswerStatus.COMPLETE);
  }

  @Test
  void answersPartiallyAtTheDeadline() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(2).setDeadlineMs(1_000L));
    fixture.retrieve(Samples.passage("q", "p1"));
    fixture.tick();
    // When
    fixture.advance(Duration.ofSeconds(1));
    fixture.tick();
    // Then
    Answer answer = only(fixture.answers());
    assertThat(answer.getStatus()).isEqualTo(AnswerStatus.PARTIAL);
    assertThat(answer.getStats().getPassages()).isEqualTo(1);
  }

  @Test
  void waitsForTheDeadlineWhenNobodyTellsTheNumber() {
    // Given
    fixture.ask(Samples.query("q"));
    fixture.retrieve(Samples.passage("q", "p1"));
    fixture.advance(fixture.config.answer().deadline().minusMillis(100));
    assertThat(fixture.answers()).isEmpty();
    // When
    fixture.advance(Duration.ofMillis(100));
    fixture.tick();
    // Then
    assertThat(only(fixture.answers()).getStatus()).isEqualTo(AnswerStatus.PARTIAL);
  }

  @Test
  void answersWithoutContextAtTheDeadline() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(2).setDeadlineMs(0L));
    // When
    fixture.tick();
    // Then
    Answer answer = only(fixture.answers());
    assertThat(answer.getStatus()).isEqualTo(AnswerStatus.NO_CONTEXT);
    assertThat(answer.getStats().getCompression()).isEqualTo(1f);
  }

  @Test
  void answersWithoutContextWhenNoneIsExpected() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    // When
    fixture.tick();
    // Then
    assertThat(only(fixture.answers()).getStatus()).isEqualTo(AnswerStatus.NO_CONTEXT);
  }

  @Test
  void countsTheDeadlineFromTheQuestionAndNotBeyondIt() {
    // Given
    fixture.ask(
        Samples.query("late")
            .setCreatedAt(Samples.NOW.minusSeconds(5))
            .setDeadlineMs(5_000L)
            .setExpectedPassages(1));
    fixture.ask(
        Samples.query("ahead")
            .setCreatedAt(Samples.NOW.plusSeconds(86_400))
            .setDeadlineMs(1_000L)
            .setExpectedPassages(1));
    fixture.tick();
    assertThat(fixture.answers()).extracting(Answer::getQueryId).containsExactly("late");
    // When
    fixture.advance(Duration.ofSeconds(1));
    fixture.tick();
    // Then
    assertThat(fixture.answers()).extracting(Answer::getQueryId).containsExactly("ahead");
  }

  @Test
  void countsTheDefaultDeadlineFromTheArrival() {
    // Given: the consumer was down for an hour
    Duration deadline = fixture.config.answer().deadline();
    fixture.ask(
        Samples.query("q").setCreatedAt(Samples.NOW.minusSeconds(3_600)).setExpectedPassages(1));
    fixture.advance(deadline.minusMillis(100));
    assertThat(fixture.answers()).isEmpty();
    // When
    fixture.advance(Duration.ofMillis(100));
    fixture.tick();
    // Then
    assertThat(only(fixture.answers()).getStatus()).isEqualTo(AnswerStatus.NO_CONTEXT);
  }

  @Test
  void neverEndsTheWaitOfTheLongestDeadline() {
    try (TopologyFixture patient = new TopologyFixture(TopologyFixture.patientConfig())) {
      // When
      patient.ask(Samples.query("q").setExpectedPassages(1).setDeadlineMs(Long.MAX_VALUE));
      patient.advance(Duration.ofDays(400));
      // Then
      assertThat(patient.answers()).isEmpty();
      assertThat(patient.deadLetters()).isEmpty();
    }
  }

  @Test
  void saysWhenLowRankedPassagesDidNotFit() {
    // Given
    QueryOptions options = new QueryOptions(null, null, 64, null, Mode.FULL, true, false);
    fixture.ask(Samples.query("q").setExpectedPassages(3).setOptions(options));
    for (int rank = 0; rank < 3; rank++) {
      fixture.retrieve(Samples.passage("q", "p" + rank).setRank(rank));
    }
    // When
    fixture.tick();
    fixture.tick();
    // Then
    Answer answer = only(fixture.answers());
    assertThat(answer.getStatus()).isEqualTo(AnswerStatus.TRUNCATED);
    assertThat(answer.getStats().getPassages()).isEqualTo(2);
    assertThat(answer.getStats().getPassagesLeftOut()).isEqualTo(1);
  }

  @Test
  void streamsTokensWhileTheyAreGenerated() {
    // Given
    fixture.fakes.decoder().hold();
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    fixture.tick();
    FakeDecoder.Running running = only(fixture.fakes.decoder().running());
    // When
    running.token();
    running.token();
    fixture.tick();
    List<AnswerToken> first = fixture.tokens();
    running.finish();
    fixture.tick();
    List<AnswerToken> rest = fixture.tokens();
    // Then
    String generation = only(fixture.answers()).getGenerationId();
    assertThat(first)
        .containsExactly(
            new AnswerToken("q", generation, 0, "answer ", false),
            new AnswerToken("q", generation, 1, "to ", false));
    assertThat(rest)
        .containsExactly(
            new AnswerToken("q", generation, 2, "question ", false),
            new AnswerToken("q", generation, 3, "of ", false),
            new AnswerToken("q", generation, 4, "q", false),
            new AnswerToken("q", generation, 5, "", true));
  }

  @Test
  void streamsNoTokensToThoseWhoDoNotWantThem() {
    // Given
    QueryOptions options = new QueryOptions(null, null, null, null, Mode.AUTO, false, false);
    // When
    fixture.ask(Samples.query("q").setExpectedPassages(0).setOptions(options));
    fixture.tick();
    // Then
    assertThat(fixture.answers()).hasSize(1);
    assertThat(fixture.tokens()).isEmpty();
  }

  @Test
  void answersARepeatedQueryOnce() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    fixture.tick();
    // When
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    fixture.tick();
    // Then
    assertThat(fixture.answers()).hasSize(1);
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void answersARepeatedQueryAgainAfterTheWindow() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    fixture.tick();
    // When
    fixture.advance(fixture.config.answer().duplicateWindow().plusMinutes(1));
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    fixture.tick();
    // Then
    assertThat(fixture.answers()).hasSize(2);
  }

  @Test
  void countsARepeatedPassageOnce() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(2));
    fixture.retrieve(Samples.passage("q", "p1"));
    fixture.tick();
    // When
    fixture.retrieve(Samples.passage("q", "p1"));
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(fixture.answers()).isEmpty();
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void aPassageTakesThePlaceOfTheRefusedOneWithItsId() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(2));
    fixture.retrieve(Samples.passage("q", "p1").setText(" "));
    // When
    fixture.retrieve(Samples.passage("q", "p1"));
    fixture.retrieve(Samples.passage("q", "p1").setText(" "));
    fixture.retrieve(Samples.passage("q", "p2").setRank(1));
    fixture.tick();
    fixture.tick();
    // Then
    Answer answer = only(fixture.answers());
    assertThat(answer.getStatus()).isEqualTo(AnswerStatus.COMPLETE);
    assertThat(answer.getStats().getPassages()).isEqualTo(2);
    assertThat(fixture.deadLetters())
        .extracting(DeadRecord::code)
        .containsExactly(ErrorCode.EMPTY_TEXT, ErrorCode.EMPTY_TEXT);
  }

  @Test
  void answersAConversationInTheOrderOfItsQueries() {
    // Given
    fixture.fakes.decoder().hold();
    fixture.ask(Samples.query("q1").setConversationId("c").setExpectedPassages(1));
    fixture.ask(Samples.query("q2").setConversationId("c").setExpectedPassages(0));
    fixture.ask(Samples.query("other").setExpectedPassages(0));
    fixture.tick();
    assertThat(fixture.fakes.decoder().running())
        .extracting(FakeDecoder.Running::text)
        .containsExactly("answer to question of other");
    // When
    fixture.fakes.decoder().release();
    fixture.tick();
    fixture.retrieve(Samples.passage("q1", "p").setConversationId("c"));
    fixture.tick();
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(fixture.answers())
        .extracting(Answer::getQueryId)
        .containsExactly("other", "q1", "q2");
  }

  @Test
  void generatesNoMoreAnswersThanConfigured() {
    // Given
    try (TopologyFixture bounded = new TopologyFixture(TopologyFixture.generatingAtMost(2))) {
      bounded.fakes.decoder().hold();
      for (int i = 0; i < 3; i++) {
        bounded.ask(Samples.query("q" + i).setExpectedPassages(0));
      }
      bounded.tick();
      assertThat(bounded.fakes.decoder().running()).hasSize(2);
      // When
      bounded.fakes.decoder().running().get(0).finish();
      bounded.tick();
      // Then
      assertThat(bounded.answers()).extracting(Answer::getQueryId).containsExactly("q0");
      assertThat(bounded.fakes.decoder().prompts()).hasSize(3);
    }
  }

  @Test
  void generatesAnswersOfLargePassagesOneAfterTheOther() {
    // Given
    try (TopologyFixture bounded = new TopologyFixture(TopologyFixture.generatingAtMostBytes(1))) {
      bounded.fakes.decoder().hold();
      for (int i = 0; i < 3; i++) {
        bounded.retrieve(Samples.passage("q" + i, "p").setText("text " + i));
        bounded.ask(Samples.query("q" + i).setExpectedPassages(1));
      }
      bounded.tick();
      bounded.tick();
      assertThat(bounded.fakes.decoder().running()).hasSize(1);
      // When
      bounded.fakes.decoder().running().get(0).finish();
      bounded.tick();
      // Then
      assertThat(bounded.answers()).extracting(Answer::getQueryId).containsExactly("q0");
      assertThat(bounded.fakes.decoder().prompts()).hasSize(2);
      // When: one that is taken back gives its place to the next
      bounded.cancel("q1");
      bounded.tick();
      // Then
      assertThat(bounded.fakes.decoder().prompts()).hasSize(3);
    }
  }

  @Test
  void hasThePassagesInTheFormThatTheQueryAsksFor() {
    // Given
    QueryOptions options = new QueryOptions(7, 0.5f, 500, 4, Mode.COMPRESSED, true, false);
    fixture.retrieve(Samples.passage("q", "p").setText("12345"));
    // When
    fixture.ask(Samples.query("q").setExpectedPassages(1).setOptions(options));
    fixture.tick();
    fixture.tick();
    // Then: "Title: 12345" are 12 tokens
    AnswerStats stats = only(fixture.answers()).getStats();
    assertThat(stats.getChunkTokens()).isEqualTo(4);
    assertThat(stats.getChunks()).isEqualTo(3);
    assertThat(stats.getChunksExpanded()).isZero();
    assertThat(stats.getContextTokens()).isEqualTo(12);
    assertThat(stats.getCompression()).isEqualTo(4f);
    assertThat(only(fixture.fakes.decoder().samplings()).maxTokens()).isEqualTo(7);
    assertThat(fixture.fakes.encoder().texts()).containsExactly("Title: 12345", "Title: 12345");
  }

  @Test
  void tellsThoseWhoAskHowItsPassagesWereRead() {
    // Given
    for (String id : List.of("chosen", "selected", "compressed")) {
      fixture.retrieve(Samples.passage(id, "p").setText("12345"));
    }
    // When
    fixture.ask(explained("chosen", Mode.AUTO));
    fixture.ask(explained("selected", Mode.SELECTED));
    fixture.ask(explained("compressed", Mode.COMPRESSED));
    fixture.tick();
    fixture.tick();
    // Then: the chunks are "Titl", "e: 1" and "2345"
    assertThat(fixture.answers())
        .extracting(Answer::getReading)
        .containsExactlyInAnyOrder(
            List.of(
                new PassageReading(
                    "p", false, List.of(0, 1, 5), List.of(0), false, List.of(0f, 0f, 0f))),
            List.of(
                new PassageReading(
                    "p", false, List.of(0, 1, 5), List.of(0), true, List.of(0f, 0f, 0f))),
            List.of(new PassageReading("p", false, List.of(0, 1, 5), List.of(), false, List.of())));
  }

  @Test
  void underLoadVectorsAreLeftOutUnlessTheQueryAsksForThem() {
    try (TopologyFixture loaded = new TopologyFixture(TopologyFixture.generatingAtMost(1))) {
      // Given: one answer at a time, and two queries that wait for it
      loaded.fakes.decoder().hold();
      for (String id : List.of("first", "auto", "mixed")) {
        loaded.retrieve(Samples.passage(id, "p").setText("12345"));
        loaded.ask(explained(id, id.equals("mixed") ? Mode.MIXED : Mode.AUTO));
        loaded.tick();
      }
      // When
      loaded.advance(Duration.ofSeconds(2));
      loaded.fakes.decoder().release();
      for (int i = 0; i < 3; i++) {
        loaded.tick();
      }
      // Then
      List<Answer> answers = loaded.answers();
      assertThat(answers)
          .extracting(
              Answer::getQueryId,
              answer -> answer.getStats().getLoadLevel(),
              answer -> only(answer.getReading()).getOthersLeftOut())
          .containsExactly(
              tuple("first", 0, false), tuple("auto", 1, true), tuple("mixed", 1, false));
      // 12 tokens in six positions, two of them vectors, or in four
      assertThat(answers)
          .extracting(answer -> answer.getStats().getCompression())
          .containsExactly(2f, 3f, 2f);
    }
  }

  @Test
  void doesNotTellOthers() {
    // Given
    fixture.retrieve(Samples.passage("q", "p"));
    // When
    fixture.ask(Samples.query("q").setExpectedPassages(1));
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(only(fixture.answers()).getReading()).isNull();
  }

  @Test
  void tellsWhatItHasTaken() {
    // Given
    fixture.retrieve(Samples.passage("first", "p"));
    fixture.advance(Duration.ofMillis(50));
    fixture.ask(Samples.query("first").setExpectedPassages(1));
    fixture.tick();
    fixture.answers();
    // When
    fixture.retrieve(Samples.passage("second", "p"));
    fixture.ask(Samples.query("second").setExpectedPassages(1));
    fixture.tick();
    fixture.tick();
    // Then: "Title: text of p" are 16 tokens
    AnswerStats stats = only(fixture.answers()).getStats();
    assertThat(stats.getChunks()).isEqualTo(8);
    assertThat(stats.getChunksCached()).isEqualTo(8);
    assertThat(stats.getChunksExpanded()).isEqualTo(1);
    assertThat(stats.getExpandFraction()).isEqualTo(1f / 8);
    assertThat(stats.getEncodeMs()).isZero();
    assertThat(stats.getPromptPositions()).isEqualTo(3 + 2 + 7 + "question of second".length());
    assertThat(stats.getPrefillMs()).isEqualTo(2);
    assertThat(stats.getDecodeMs()).isEqualTo(3);
    assertThat(stats.getAnswerTokens()).isEqualTo(5);
  }

  @Test
  void passesTheTraceOnAndSetsItsOwnCloudEventAttributes() {
    // Given
    RecordHeaders headers = new RecordHeaders();
    headers.add("traceparent", "00-abc-def-01".getBytes(UTF_8));
    headers.add("ce_id", "the question's".getBytes(UTF_8));
    headers.add("ce_type", "the question's".getBytes(UTF_8));
    headers.add("custom", "not passed on".getBytes(UTF_8));
    // When
    fixture.ask(Samples.query("q").setExpectedPassages(0).build(), headers);
    fixture.tick();
    // Then
    TestRecord<String, Answer> answer = only(fixture.answerRecords());
    assertThat(answer.key()).isEqualTo("q");
    assertThat(answer.getRecordTime()).isEqualTo(Samples.NOW);
    assertThat(text(answer))
        .containsEntry("traceparent", "00-abc-def-01")
        .containsEntry("ce_specversion", "1.0")
        .containsEntry("ce_id", answer.value().getGenerationId())
        .containsEntry("ce_source", "/refrag-streams/test")
        .containsEntry("ce_type", "io.github.refragstreams.answer")
        .containsEntry("ce_subject", "q")
        .containsEntry("ce_time", answer.value().getAnsweredAt().toString())
        .containsEntry("content-type", "application/vnd.confluent.avro")
        .doesNotContainKey("custom");
    TestRecord<String, AnswerToken> token = fixture.tokenRecords().get(0);
    assertThat(text(token))
        .containsEntry("traceparent", "00-abc-def-01")
        .containsEntry("ce_type", "io.github.refragstreams.answer-token")
        .containsEntry("ce_id", answer.value().getGenerationId() + "/0");
  }

  @Test
  void keysAnswersLikeTheirQueries() {
    // When
    fixture.ask(Samples.query("q").setConversationId("c").setExpectedPassages(0));
    fixture.tick();
    // Then
    TestRecord<String, Answer> answer = only(fixture.answerRecords());
    assertThat(answer.key()).isEqualTo("c");
    assertThat(answer.value().getConversationId()).isEqualTo("c");
    assertThat(fixture.tokenRecords()).extracting(TestRecord::key).containsOnly("c");
  }

  @Test
  void leavesNothingBehind() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(1));
    fixture.retrieve(Samples.passage("q", "p"));
    // When
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(fixture.answers()).hasSize(1);
    for (String store :
        List.of(
            TopologyNames.REQUESTS,
            TopologyNames.REQUEST_PASSAGES,
            TopologyNames.ENCODE_PENDING,
            TopologyNames.CONVERSATIONS)) {
      try (var left = fixture.driver.getKeyValueStore(store).all()) {
        assertThat(left.hasNext()).as(store).isFalse();
      }
    }
  }

  @Test
  void readsTheModeThatTheQueryAsksFor() {
    // Given
    AnswerConfig config = TopologyFixture.selecting().answer();
    // Then
    assertThat(config.mode(Mode.AUTO)).isEqualTo(ExpansionMode.SELECTED);
    assertThat(Arrays.stream(Mode.values()).filter(mode -> mode != Mode.AUTO))
        .hasSameSizeAs(ExpansionMode.values())
        .allSatisfy(mode -> assertThat(config.mode(mode).name()).isEqualTo(mode.name()));
  }

  @Test
  void saysWhenNoChunkWasRead() {
    // Given
    fixture.retrieve(Samples.passage("q", "p"));
    // When
    fixture.ask(
        Samples.query("q")
            .setExpectedPassages(1)
            .setOptions(new QueryOptions(null, 0f, null, 4, Mode.SELECTED, true, true)));
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(only(fixture.answers()).getStatus()).isEqualTo(AnswerStatus.NO_CONTEXT);
  }

  private static Map<String, String> text(TestRecord<?, ?> record) {
    Map<String, String> headers = new HashMap<>();
    record
        .headers()
        .forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
    return headers;
  }

  private static <T> T only(List<T> list) {
    assertThat(list).hasSize(1);
    return list.get(0);
  }

  private static Query.Builder explained(String id, Mode mode) {
    return Samples.query(id)
        .setExpectedPassages(1)
        .setOptions(new QueryOptions(null, null, null, 4, mode, true, true));
  }
}

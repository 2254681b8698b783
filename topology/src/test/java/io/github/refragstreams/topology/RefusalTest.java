package io.github.refragstreams.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.GivenTurn;
import io.github.refragstreams.schemas.Mode;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.internal.record.Origin;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Records that cannot be used: nothing is lost, and nobody waits for them. */
class RefusalTest {
  private static final List<String> HEADERS =
      List.of(
          DeadLetterHeaders.EXCEPTION,
          DeadLetterHeaders.MESSAGE,
          DeadLetterHeaders.STACKTRACE,
          DeadLetterHeaders.TOPIC,
          DeadLetterHeaders.PARTITION,
          DeadLetterHeaders.OFFSET,
          DeadLetterHeaders.TIMESTAMP,
          DeadLetterHeaders.STAGE,
          DeadLetterHeaders.CODE,
          DeadLetterHeaders.CLASS);

  /** When a record is refused, after its own time. */
  private static final Duration LATER = Duration.ofSeconds(5);

  private final TopologyFixture fixture = new TopologyFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  static Stream<Arguments> badQueries() {
    return Stream.of(
        query(ErrorCode.BLANK_ID, "query_id is blank", q -> q.setQueryId(" ")),
        query(ErrorCode.ID_TOO_LONG, "has 257", q -> q.setQueryId("i".repeat(257))),
        query(ErrorCode.BLANK_ID, "conversation_id is blank", q -> q.setConversationId("")),
        query(ErrorCode.EMPTY_QUESTION, "question is blank", q -> q.setQuestion(" \n\t ")),
        query(
            ErrorCode.QUESTION_TOO_LONG,
            "question has 2001 characters; limits.question-chars is 2000",
            q -> q.setQuestion("?".repeat(2_001))),
        query(
            ErrorCode.HISTORY_TOO_LONG,
            "history has 101 turns; limits.history-turns is 100",
            q -> q.setHistory(Collections.nCopies(101, new GivenTurn("", "")))),
        query(
            ErrorCode.HISTORY_TOO_LONG,
            "history has 100001 characters; limits.history-chars is 100000",
            q ->
                q.setHistory(
                    List.of(
                        new GivenTurn("?".repeat(50_000), "!"),
                        new GivenTurn("?", "!".repeat(49_999))))),
        query(
            ErrorCode.NEGATIVE_EXPECTED_PASSAGES,
            "expected_passages is -1",
            q -> q.setExpectedPassages(-1)),
        query(ErrorCode.NEGATIVE_DEADLINE, "deadline_ms is -1", q -> q.setDeadlineMs(-1L)),
        query(
            ErrorCode.DEADLINE_TOO_LONG,
            "deadline_ms is 600001; limits.deadline is 600000 ms",
            q -> q.setDeadlineMs(600_001L)),
        query(
            ErrorCode.UNSUPPORTED_CHUNK_TOKENS,
            "options.chunk_tokens is 3; bundle 'fake@1' was trained for [2, 4]",
            q -> q.setOptions(new QueryOptions(null, null, null, 3, Mode.AUTO, true, false))),
        query(
            ErrorCode.INVALID_OPTION,
            "options.expand_fraction is 1.5",
            q -> q.setOptions(new QueryOptions(null, 1.5f, null, null, Mode.AUTO, true, false))),
        query(
            ErrorCode.INVALID_OPTION,
            "options.expand_fraction is NaN",
            q ->
                q.setOptions(
                    new QueryOptions(null, Float.NaN, null, null, Mode.AUTO, true, false))),
        query(
            ErrorCode.INVALID_OPTION,
            "options.max_positions is 63",
            q -> q.setOptions(new QueryOptions(null, null, 63, null, Mode.AUTO, true, false))),
        query(
            ErrorCode.INVALID_OPTION,
            "options.max_answer_tokens is 0",
            q -> q.setOptions(new QueryOptions(0, null, null, null, Mode.AUTO, true, false))),
        query(
            ErrorCode.INVALID_OPTION,
            "options.max_answer_tokens is 937; it must be from 1 to 936",
            q -> q.setOptions(new QueryOptions(937, null, null, null, Mode.AUTO, true, false))));
  }

  private static Arguments query(
      ErrorCode code, String message, UnaryOperator<Query.Builder> change) {
    return arguments(code, message, change);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("badQueries")
  void sendsABadQueryToTheDeadLettersAsItCame(
      ErrorCode code, String message, UnaryOperator<Query.Builder> change) {
    // Given
    Query query = change.apply(Samples.query("q").setExpectedPassages(0)).build();
    RecordHeaders headers = new RecordHeaders();
    headers.add("traceparent", "00-abc-def-01".getBytes(UTF_8));
    fixture.advance(LATER);
    // When
    fixture.ask(query, headers);
    fixture.tick();
    // Then
    DeadRecord dead = only(fixture.deadLetters());
    assertThat(dead.code()).isEqualTo(code);
    assertThat(dead.stage()).isEqualTo("intake");
    assertThat(dead.message()).contains(message);
    assertThat(dead.record().value())
        .isEqualTo(fixture.serdes.query().serializer().serialize("rag.queries", query));
    assertThat(dead.headerNames()).startsWith("traceparent").containsAll(HEADERS);
    assertThat(dead.header(DeadLetterHeaders.TOPIC)).isEqualTo("rag.queries");
    assertThat(dead.header(DeadLetterHeaders.PARTITION)).isEqualTo("0");
    assertThat(dead.header(DeadLetterHeaders.OFFSET)).isEqualTo("0");
    assertThat(dead.header(DeadLetterHeaders.TIMESTAMP))
        .isEqualTo(String.valueOf(Samples.NOW.toEpochMilli()));
    assertThat(dead.record().getRecordTime()).isEqualTo(Samples.NOW.plus(LATER));
    assertThat(fixture.answers()).isEmpty();
  }

  @Test
  void refusesKeysThatAreTooLargeToTravel() {
    // Given
    byte[] large = new byte[4 * fixture.config.limits().idChars() + 1];
    // When
    fixture.rawPassage(
        large, fixture.bytes(Samples.passage("q", "p").build()), new RecordHeaders());
    fixture.tick();
    // Then
    DeadRecord dead = only(fixture.deadLetters());
    assertThat(dead.code()).isEqualTo(ErrorCode.ID_TOO_LONG);
    assertThat(dead.record().key()).isEqualTo(large);
    assertThat(fixture.fakes.encoder().texts()).isEmpty();
  }

  @Test
  void refusesHeadersThatAreTooLarge() {
    // Given
    byte[] value = new byte[16 << 10];
    byte[] id = "q".getBytes(UTF_8);
    Supplier<RecordHeaders> large = () -> (RecordHeaders) new RecordHeaders().add("x", value);
    // When
    fixture.ask(Samples.query("q").setExpectedPassages(1).build(), large.get());
    fixture.rawPassage(id, fixture.bytes(Samples.passage("q", "p").build()), large.get());
    // Then
    assertThat(fixture.deadLetters())
        .hasSize(2)
        .allSatisfy(
            dead -> {
              assertThat(dead.code()).isEqualTo(ErrorCode.HEADERS_TOO_LARGE);
              assertThat(dead.message())
                  .contains("headers have 16385 bytes; limits.header-bytes is 16384");
              assertThat(dead.headerNames()).startsWith("x");
            });
  }

  static Stream<Arguments> badPassages() {
    return Stream.of(
        passage(ErrorCode.BLANK_ID, "query_id is blank", p -> p.setQueryId("")),
        passage(ErrorCode.BLANK_ID, "passage_id is blank", p -> p.setPassageId("\t")),
        passage(ErrorCode.NEGATIVE_RANK, "rank is -1", p -> p.setRank(-1)),
        passage(ErrorCode.TOO_MANY_PASSAGES, "rank is 100", p -> p.setRank(100)),
        passage(ErrorCode.INVALID_TOTAL, "total is 0", p -> p.setTotal(0)),
        passage(ErrorCode.INVALID_TOTAL, "total is -1", p -> p.setTotal(-1)),
        passage(ErrorCode.EMPTY_TEXT, "text is blank", p -> p.setText("  ")),
        passage(
            ErrorCode.PASSAGE_TOO_LONG,
            "title and text have 16001 characters; limits.passage-chars is 16000",
            p -> p.setTitle("t").setText("x".repeat(15_998))),
        passage(
            ErrorCode.SOURCE_URI_TOO_LONG,
            "source_uri has 2049 characters; limits.source-uri-chars is 2048",
            p -> p.setSourceUri("u".repeat(2_049))));
  }

  private static Arguments passage(
      ErrorCode code, String message, UnaryOperator<RetrievedPassage.Builder> change) {
    return arguments(code, message, change);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("badPassages")
  void sendsABadPassageToTheDeadLettersAsItCame(
      ErrorCode code, String message, UnaryOperator<RetrievedPassage.Builder> change) {
    // Given
    RetrievedPassage passage = change.apply(Samples.passage("q", "p")).build();
    byte[] key = "any key".getBytes(UTF_8);
    byte[] bytes = fixture.bytes(passage);
    // When
    fixture.rawPassage(key, bytes, new RecordHeaders().add("custom", new byte[] {1}));
    // Then
    DeadRecord dead = only(fixture.deadLetters());
    assertThat(dead.code()).isEqualTo(code);
    assertThat(dead.stage()).isEqualTo("intake");
    assertThat(dead.message()).contains(message);
    assertThat(dead.record().key()).isEqualTo(key);
    assertThat(dead.record().value()).isEqualTo(bytes);
    assertThat(dead.headerNames()).startsWith("custom").containsAll(HEADERS);
    assertThat(dead.header(DeadLetterHeaders.TOPIC)).isEqualTo("rag.passages");
  }

  @Test
  void doesNotKeepAQueryWaitingForARefusedPassage() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(2));
    fixture.retrieve(Samples.passage("q", "good"));
    // When
    fixture.retrieve(Samples.passage("q", "empty").setText(""));
    fixture.tick();
    fixture.tick();
    // Then
    Answer answer = only(fixture.answers());
    assertThat(answer.getStatus()).isEqualTo(AnswerStatus.PARTIAL);
    assertThat(answer.getStats().getPassages()).isEqualTo(1);
    assertThat(only(fixture.deadLetters()).code()).isEqualTo(ErrorCode.EMPTY_TEXT);
  }

  @Test
  void refusesBytesThatAreNotAvro() {
    // Given
    byte[] key = {(byte) 0xff, 0};
    byte[] value = "{\"json\": true}".getBytes(UTF_8);
    RecordHeaders headers = new RecordHeaders();
    headers.add("traceparent", "00-abc-def-01".getBytes(UTF_8));
    // When
    fixture.rawQuery(key, value, headers);
    fixture.rawPassage(key, value, headers);
    fixture.rawDocument(key, value);
    // Then
    List<DeadRecord> dead = fixture.deadLetters();
    assertThat(dead).hasSize(3);
    assertThat(dead)
        .allSatisfy(
            letter -> {
              assertThat(letter.code()).isEqualTo(ErrorCode.NOT_AVRO);
              assertThat(letter.stage()).isEqualTo("intake");
              assertThat(letter.record().key()).isEqualTo(key);
              assertThat(letter.record().value()).isEqualTo(value);
              assertThat(letter.headerNames()).containsAll(HEADERS);
            });
    assertThat(dead.get(0).headerNames()).startsWith("traceparent");
    assertThat(dead)
        .extracting(letter -> letter.header(DeadLetterHeaders.TOPIC))
        .containsExactly("rag.queries", "rag.passages", "rag.documents");
  }

  @Test
  void takesNoOriginFromAClient() {
    // Given: one that could not be read, and one that could
    RecordHeaders garbage = new RecordHeaders();
    garbage.add("refrag.internal.origin", new byte[] {1, 2, 3});
    RecordHeaders forged =
        new Origin("forged", 7, 8, 9, null, new byte[] {1}, new RecordHeaders()).carried();
    byte[] value = "not Avro".getBytes(UTF_8);
    // When
    fixture.rawQuery(null, value, garbage);
    fixture.rawPassage(null, value, forged);
    // Then
    List<DeadRecord> dead = fixture.deadLetters();
    assertThat(dead)
        .extracting(letter -> letter.header(DeadLetterHeaders.TOPIC))
        .containsExactly("rag.queries", "rag.passages");
    assertThat(dead)
        .allSatisfy(
            letter -> {
              assertThat(letter.record().value()).isEqualTo(value);
              assertThat(letter.headerNames()).containsExactlyInAnyOrderElementsOf(HEADERS);
            });
  }

  @Test
  void refusesASchemaIdThatTheRegistryDoesNotKnow() {
    // When
    fixture.rawQuery(
        null, ByteBuffer.allocate(20).put((byte) 0).putInt(4711).array(), new RecordHeaders());
    // Then
    assertThat(only(fixture.deadLetters()).code()).isEqualTo(ErrorCode.UNKNOWN_SCHEMA);
  }

  @Test
  void refusesAnotherKindOfEvent() {
    // When
    fixture.rawQuery(null, fixture.bytes(Samples.passage("q", "p").build()), new RecordHeaders());
    // Then
    assertThat(only(fixture.deadLetters()).code()).isEqualTo(ErrorCode.INCOMPATIBLE_SCHEMA);
  }

  @Test
  void refusesRecordsWithoutValue() {
    // When
    fixture.rawQuery(null, null, new RecordHeaders());
    fixture.rawPassage("q".getBytes(UTF_8), null, new RecordHeaders());
    fixture.rawDocument("q".getBytes(UTF_8), null);
    // Then
    assertThat(fixture.deadLetters())
        .hasSize(3)
        .extracting(DeadRecord::code)
        .containsOnly(ErrorCode.NO_VALUE);
  }

  @Test
  void refusesAQueryUnderAnotherKey() {
    // Given
    byte[] bytes =
        fixture.serdes.query().serializer().serialize("rag.queries", Samples.query("q").build());
    // When
    fixture.rawQuery("another".getBytes(UTF_8), bytes, new RecordHeaders());
    fixture.rawQuery(null, bytes, new RecordHeaders());
    // Then
    assertThat(fixture.deadLetters())
        .hasSize(2)
        .extracting(DeadRecord::code)
        .containsOnly(ErrorCode.KEY_MISMATCH);
  }

  @Test
  void refusesAQueryOnAPartitionWhereItsPassagesDoNotCome() {
    // Given: a driver has one partition, the configuration says seven
    try (TopologyFixture other = new TopologyFixture(fixture.config.withPartitions(7))) {
      // When
      other.ask(Samples.query("q2"));
      // Then
      DeadRecord dead = only(other.deadLetters());
      assertThat(dead.code()).isEqualTo(ErrorCode.WRONG_PARTITION);
      assertThat(dead.message()).contains("of 7");
    }
  }

  @Test
  void refusesAPassageThatHasMoreTokensThanItMay() {
    // Given
    Limits defaults = Limits.defaults();
    Limits few =
        new Limits(
            defaults.idChars(),
            defaults.questionChars(),
            defaults.historyTurns(),
            defaults.historyChars(),
            defaults.passageChars(),
            10,
            defaults.documentChars(),
            defaults.passagesPerQuery(),
            defaults.deadline(),
            defaults.sourceUriChars(),
            defaults.headerBytes(),
            defaults.recordBytes());
    try (TopologyFixture strict = new TopologyFixture(fixture.config.withLimits(few))) {
      strict.ask(Samples.query("q").setExpectedPassages(1));
      // When
      strict.retrieve(Samples.passage("q", "p"));
      strict.tick();
      // Then
      DeadRecord dead = only(strict.deadLetters());
      assertThat(dead.code()).isEqualTo(ErrorCode.PASSAGE_TOO_LONG);
      assertThat(dead.stage()).isEqualTo("encode");
      assertThat(dead.message()).contains("16 tokens; limits.passage-tokens is 10");
      assertThat(dead.record().value()).isEqualTo(strict.bytes(Samples.passage("q", "p").build()));
      assertThat(only(strict.answers()).getStatus()).isEqualTo(AnswerStatus.NO_CONTEXT);
    }
  }

  @Test
  void takesAsManyOfTenThousandPassagesAsAQueryMayHave() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(10_000));
    // When
    for (int rank = 0; rank < 10_000; rank++) {
      fixture.retrieve(
          Samples.passage("q", "p" + rank).setRank(rank).setTotal(10_000).setText("x"));
    }
    fixture.tick();
    fixture.tick();
    // Then
    Answer answer = only(fixture.answers());
    assertThat(answer.getStatus()).isEqualTo(AnswerStatus.TRUNCATED);
    assertThat(answer.getStats().getPassages()).isEqualTo(100);
    assertThat(answer.getStats().getPassagesLeftOut()).isEqualTo(9_900);
    assertThat(fixture.deadLetters())
        .hasSize(9_900)
        .extracting(DeadRecord::code)
        .containsOnly(ErrorCode.TOO_MANY_PASSAGES);
    assertThat(fixture.fakes.encoder().texts()).hasSize(1);
  }

  @Test
  void takesNoMorePassagesThanAQueryMayHaveWhereRanksRepeat() {
    // Given: the query has not come yet
    for (int i = 0; i < 100; i++) {
      fixture.retrieve(Samples.passage("q", "p" + i).setText("x"));
    }
    fixture.tick();
    assertThat(fixture.deadLetters()).isEmpty();
    // When
    fixture.retrieve(Samples.passage("q", "one more").setText("x"));
    // Then
    DeadRecord dead = only(fixture.deadLetters());
    assertThat(dead.code()).isEqualTo(ErrorCode.TOO_MANY_PASSAGES);
    assertThat(dead.stage()).isEqualTo("join");
    assertThat(dead.message())
        .contains("the query has 100 passages; limits.passages-per-query is 100");
  }

  @Test
  void refusesPassagesOfAnAnsweredQuery() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    fixture.tick();
    // When
    fixture.retrieve(Samples.passage("q", "late"));
    fixture.tick();
    // Then
    DeadRecord dead = only(fixture.deadLetters());
    assertThat(dead.code()).isEqualTo(ErrorCode.LATE_PASSAGE);
    assertThat(dead.stage()).isEqualTo("join");
    assertThat(dead.record().value())
        .isEqualTo(fixture.bytes(Samples.passage("q", "late").build()));
    assertThat(dead.headerNames()).containsExactlyInAnyOrderElementsOf(HEADERS);
  }

  @Test
  void refusesPassagesThatNobodyAsksFor() {
    // Given
    fixture.retrieve(Samples.passage("nobody", "p1"));
    fixture.retrieve(Samples.passage("nobody", "p2").setText(" "));
    fixture.tick();
    fixture.deadLetters();
    // When
    fixture.advance(fixture.config.answer().orphanAfter().plusMillis(50));
    // Then
    DeadRecord dead = only(fixture.deadLetters());
    assertThat(dead.code()).isEqualTo(ErrorCode.ORPHANED_PASSAGE);
    assertThat(dead.record().key()).isEqualTo("nobody".getBytes(UTF_8));
    assertThat(dead.record().value())
        .isEqualTo(fixture.bytes(Samples.passage("nobody", "p1").build()));
    assertThat(dead.header(DeadLetterHeaders.TOPIC)).isEqualTo("rag.passages");
    assertThat(dead.headerNames()).containsExactlyInAnyOrderElementsOf(HEADERS);
    try (var left = fixture.driver.getKeyValueStore(TopologyNames.REQUEST_PASSAGES).all()) {
      assertThat(left.hasNext()).isFalse();
    }
  }

  @Test
  void takesTextsOfAnyCharacters() {
    // Given: what a serde makes of a lone surrogate is up to it; it must not harm
    String odd = "\u0000\u0007 tab\t\ud83d\ude00 lone \ud800 end \u202e \uffff";
    fixture.ask(Samples.query("q").setQuestion(odd).setExpectedPassages(1));
    // When
    fixture.retrieve(Samples.passage("q", "p\ud800").setTitle(odd).setText(odd));
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(only(fixture.answers()).getStatus()).isEqualTo(AnswerStatus.COMPLETE);
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void takesTextsWhoseBytesAreNotUtf8() {
    // Given: 'x' in the text becomes a byte that UTF-8 does not have
    byte[] bytes = fixture.bytes(Samples.passage("q", "p").setText("abcxdef").build());
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 'x' && bytes[i - 1] == 'c') {
        bytes[i] = (byte) 0xed;
      }
    }
    fixture.ask(Samples.query("q").setExpectedPassages(1));
    // When
    fixture.rawPassage(null, bytes, new RecordHeaders());
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(only(fixture.answers()).getStatus()).isEqualTo(AnswerStatus.COMPLETE);
    assertThat(only(fixture.fakes.encoder().texts())).isEqualTo("Title: abc\ufffddef");
  }

  @Test
  void keepsInternalHeadersForItself() {
    // Given
    RecordHeaders headers = new RecordHeaders();
    headers.add("refrag.internal.origin", new byte[] {1, 2, 3});
    headers.add("refrag.internal.kind", "DOCUMENT".getBytes(UTF_8));
    headers.add("mine", new byte[] {4});
    fixture.fakes.encoder().failOn("text", ModelException.Kind.INPUT);
    // When
    fixture.rawPassage(null, fixture.bytes(Samples.passage("q", "p").build()), headers);
    fixture.tick();
    // Then
    DeadRecord dead = only(fixture.deadLetters());
    assertThat(dead.code()).isEqualTo(ErrorCode.PASSAGE_NOT_ENCODABLE);
    assertThat(dead.headerNames())
        .containsOnlyOnce("mine")
        .noneMatch(name -> name.contains("internal"));
  }

  @Test
  void tellsTheStageOfADefect() {
    // Given: a stored value that is cut off, and that is not on the heap
    CacheConfig cache = CacheConfig.defaults();
    CacheConfig cold = new CacheConfig(cache.maxEntries(), cache.maxBytes(), 0, cache.retention());
    try (TopologyFixture stored =
        new TopologyFixture(TopologyFixture.testConfig().withCache(cold))) {
      stored.retrieve(Samples.passage("q", "p"));
      stored.tick();
      KeyValueStore<Bytes, byte[]> vectors =
          stored.driver.getKeyValueStore(TopologyNames.CHUNK_EMBEDDINGS);
      try (KeyValueIterator<Bytes, byte[]> all = vectors.all()) {
        KeyValue<Bytes, byte[]> entry = all.next();
        vectors.put(entry.key, Arrays.copyOf(entry.value, 5));
      }
      // When
      stored.ask(Samples.query("q2").setExpectedPassages(2));
      stored.retrieve(Samples.passage("q2", "p"));
      stored.retrieve(Samples.passage("q2", "another"));
      stored.tick();
      stored.tick();
      // Then
      DeadRecord dead = only(stored.deadLetters());
      assertThat(dead.code()).isEqualTo(ErrorCode.UNEXPECTED);
      assertThat(dead.stage()).isEqualTo("encode");
      assertThat(dead.record().value()).isEqualTo(stored.bytes(Samples.passage("q2", "p").build()));
      assertThat(only(stored.answers()).getStatus()).isEqualTo(AnswerStatus.PARTIAL);
    }
  }

  private static <T> T only(List<T> list) {
    assertThat(list).hasSize(1);
    return list.get(0);
  }
}

package io.github.refragstreams.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.EncodedPassage;
import io.github.refragstreams.topology.internal.record.Origin;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A query goes on as soon as every passage that is still missing was refused. */
class RefusedPassagesTest {
  private static final byte[] KEY = "q".getBytes(UTF_8);
  private static final byte[] JUNK = "{\"json\": true}".getBytes(UTF_8);

  private final TopologyFixture fixture = new TopologyFixture();

  /** Sends a passage of query q that is refused. */
  @FunctionalInterface
  interface Refusal {
    void send(TopologyFixture fixture);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal(
            ErrorCode.EMPTY_TEXT, to -> to.retrieve(Samples.passage("q", "refused").setText(" "))),
        refusal(ErrorCode.BLANK_ID, to -> to.retrieve(Samples.passage("q", " "))),
        refusal(
            ErrorCode.BLANK_ID,
            to -> raw(to, to.bytes(Samples.passage(" ", "refused").build()), new RecordHeaders())),
        refusal(ErrorCode.NOT_AVRO, to -> raw(to, JUNK, new RecordHeaders())),
        refusal(
            ErrorCode.UNKNOWN_SCHEMA,
            to ->
                raw(
                    to,
                    ByteBuffer.allocate(20).put((byte) 0).putInt(4711).array(),
                    new RecordHeaders())),
        refusal(ErrorCode.NO_VALUE, to -> raw(to, null, new RecordHeaders())),
        refusal(
            ErrorCode.HEADERS_TOO_LARGE,
            to ->
                raw(
                    to,
                    to.bytes(Samples.passage("q", "refused").build()),
                    new RecordHeaders().add("x", new byte[16 << 10]))),
        refusal(
            ErrorCode.ID_TOO_LONG,
            to ->
                to.rawPassage(
                    new byte[4 * to.config.limits().idChars() + 1],
                    to.bytes(Samples.passage("q", "refused").build()),
                    new RecordHeaders())),
        refusal(
            ErrorCode.PASSAGE_NOT_ENCODABLE,
            to -> {
              to.fakes.encoder().failOn("poison", ModelException.Kind.INPUT);
              to.retrieve(Samples.passage("q", "refused").setText("poison"));
            }));
  }

  private static Arguments refusal(ErrorCode code, Refusal refusal) {
    return arguments(code, refusal);
  }

  private static void raw(TopologyFixture to, byte @Nullable [] value, Headers headers) {
    to.rawPassage(KEY, value, headers);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void answersFromTheOthersWhenTheLastOneIsRefused(ErrorCode code, Refusal refusal) {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(2));
    fixture.retrieve(Samples.passage("q", "good"));
    settle();
    assertThat(fixture.answers()).isEmpty();
    // When
    refusal.send(fixture);
    settle();
    // Then
    assertPartial(1);
    assertThat(fixture.deadLetters()).extracting(DeadRecord::code).containsExactly(code);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void answersFromTheOthersWhenTheyComeLater(ErrorCode code, Refusal refusal) {
    // Given
    refusal.send(fixture);
    fixture.ask(Samples.query("q").setExpectedPassages(2));
    settle();
    assertThat(fixture.answers()).isEmpty();
    // When
    fixture.retrieve(Samples.passage("q", "good"));
    settle();
    // Then
    assertPartial(1);
    assertThat(fixture.deadLetters()).extracting(DeadRecord::code).containsExactly(code);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void answersWithoutContextWhenAllAreRefused(ErrorCode code, Refusal refusal) {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(1));
    // When
    refusal.send(fixture);
    settle();
    // Then
    assertThat(fixture.answers())
        .extracting(Answer::getStatus)
        .containsExactly(AnswerStatus.NO_CONTEXT);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void countsARefusedPassageOnceHoweverOftenItComes(ErrorCode code, Refusal refusal) {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(3));
    fixture.retrieve(Samples.passage("q", "good"));
    // When
    refusal.send(fixture);
    refusal.send(fixture);
    settle();
    // Then
    assertThat(fixture.answers()).isEmpty();
    assertThat(fixture.deadLetters()).extracting(DeadRecord::code).containsExactly(code, code);
    // When
    fixture.retrieve(Samples.passage("q", "better"));
    settle();
    // Then
    assertPartial(2);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refusalsAfterTheAnswerLeaveNothingBehind(ErrorCode code, Refusal refusal) {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    settle();
    assertThat(fixture.answers()).hasSize(1);
    // When
    refusal.send(fixture);
    settle();
    // Then
    assertThat(fixture.answers()).isEmpty();
    assertThat(fixture.deadLetters()).extracting(DeadRecord::code).containsExactly(code);
    assertNothingWaits();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refusalsThatNobodyWaitsForAreForgotten(ErrorCode code, Refusal refusal) {
    // Given
    refusal.send(fixture);
    settle();
    // When
    fixture.advance(fixture.config.answer().orphanAfter().plus(fixture.config.tick()));
    // Then
    assertThat(fixture.deadLetters()).extracting(DeadRecord::code).containsExactly(code);
    assertNothingWaits();
  }

  @Test
  void countsUnreadablePassagesByWhatTheyHold() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(2));
    // When
    raw(fixture, JUNK, new RecordHeaders());
    raw(fixture, "other junk".getBytes(UTF_8), new RecordHeaders());
    settle();
    // Then
    assertThat(fixture.answers())
        .extracting(Answer::getStatus)
        .containsExactly(AnswerStatus.NO_CONTEXT);
  }

  static Stream<byte @Nullable []> keysThatAreNoIds() {
    return Stream.of(null, new byte[0], " ".getBytes(UTF_8), new byte[] {(byte) 0xff});
  }

  @ParameterizedTest
  @MethodSource("keysThatAreNoIds")
  void waitsForTheDeadlineWhereNobodyCanTellTheQuery(byte @Nullable [] key) {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(1));
    // When
    fixture.rawPassage(key, JUNK, new RecordHeaders());
    settle();
    // Then
    assertThat(fixture.answers()).isEmpty();
    // When
    fixture.advance(fixture.config.answer().deadline());
    settle();
    // Then
    assertThat(fixture.answers())
        .extracting(Answer::getStatus)
        .containsExactly(AnswerStatus.NO_CONTEXT);
  }

  @Test
  void aKeyThatQueriesOfAConversationShareNamesNoneOfThem() {
    // Given: the conversation is called after its first query
    fixture.ask(Samples.query("q").setConversationId("q").setExpectedPassages(1));
    // When
    raw(fixture, JUNK, new RecordHeaders());
    settle();
    // Then
    assertThat(fixture.answers()).isEmpty();
    // When
    fixture.retrieve(Samples.passage("q", "good").setConversationId("q"));
    settle();
    // Then
    assertThat(fixture.answers())
        .extracting(Answer::getStatus)
        .containsExactly(AnswerStatus.COMPLETE);
  }

  @Test
  void aQueryOfAConversationGoesOnWithoutAPassageThatNamesIt() {
    // Given
    fixture.ask(Samples.query("q2").setConversationId("q").setExpectedPassages(1));
    // When
    fixture.retrieve(Samples.passage("q2", " ").setConversationId("q").setText(" "));
    settle();
    // Then
    assertThat(fixture.answers())
        .extracting(Answer::getStatus)
        .containsExactly(AnswerStatus.NO_CONTEXT);
  }

  @Test
  void doesNotCountPassagesBeyondThoseThatAQueryMayHave() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(2));
    fixture.retrieve(Samples.passage("q", "good"));
    // When
    fixture.retrieve(
        Samples.passage("q", "far").setRank(fixture.config.limits().passagesPerQuery()));
    settle();
    // Then
    assertThat(fixture.answers()).isEmpty();
  }

  @Test
  void countsARefusedPassageOnceThoughTheProcessDies() {
    try (DurableFixture durable = new DurableFixture(TopologyFixture.testConfig())) {
      // Given
      durable.send(
          Tasks.QUERY_TOPIC,
          KEY,
          Samples.query("q").setExpectedPassages(3).build(),
          durable.serdes.query().serializer(),
          new RecordHeaders());
      pass(durable, refused());
      durable.commitAndDie();
      // When: it comes once more
      pass(durable, refused());
      pass(durable, Samples.encoded("q", "good"));
      durable.advance(durable.config.tick().multipliedBy(3));
      // Then
      CrashingTask.Written written = durable.commitAndDie();
      assertThat(written.to(Tasks.ANSWERS)).isEmpty();
      // When
      pass(durable, Samples.encoded("q", "better"));
      durable.advance(durable.config.tick().multipliedBy(3));
      // Then
      assertThat(durable.task.commit().to(Tasks.ANSWERS)).hasSize(1);
    }
  }

  private static EncodedPassage refused() {
    ByteBuffer none = ByteBuffer.allocate(0);
    return EncodedPassage.newBuilder(Samples.encoded("q", "refused"))
        .setVectors(none)
        .setTokenIds(none)
        .setTokenEnds(none)
        .build();
  }

  /** As it comes from the encode task. */
  private static void pass(DurableFixture durable, EncodedPassage encoded) {
    Origin origin =
        new Origin(
            durable.config.topics().passages(),
            0,
            0,
            Samples.NOW.toEpochMilli(),
            KEY,
            null,
            new RecordHeaders());
    durable.send(
        Tasks.ENCODED,
        KEY,
        encoded,
        durable.serdes.encodedPassage().serializer(),
        origin.carried());
  }

  /** Far less than any deadline. */
  private void settle() {
    for (int i = 0; i < 3; i++) {
      fixture.tick();
    }
  }

  private void assertPartial(int passages) {
    List<Answer> answers = fixture.answers();
    assertThat(answers).extracting(Answer::getStatus).containsExactly(AnswerStatus.PARTIAL);
    assertThat(answers.get(0).getStats().getPassages()).isEqualTo(passages);
  }

  private void assertNothingWaits() {
    for (String store : List.of(TopologyNames.REQUEST_PASSAGES, TopologyNames.ENCODE_PENDING)) {
      try (var left = fixture.driver.getKeyValueStore(store).all()) {
        assertThat(left.hasNext()).as(store).isFalse();
      }
    }
  }
}

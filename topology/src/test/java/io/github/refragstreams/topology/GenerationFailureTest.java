package io.github.refragstreams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.schemas.Mode;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.topology.internal.store.Pending;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of queries that the models fail on. */
class GenerationFailureTest {
  private final TopologyFixture fixture = new TopologyFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void refusesAQueryThatCannotBeAnswered() {
    // Given
    Query query = Samples.query("q").setExpectedPassages(0).build();
    fixture.fakes.decoder().failNext(Kind.INPUT);
    // When
    fixture.ask(query, new RecordHeaders());
    fixture.tick();
    // Then
    DeadRecord dead = only(fixture.deadLetters());
    assertThat(dead.code()).isEqualTo(ErrorCode.QUERY_NOT_ANSWERABLE);
    assertThat(dead.stage()).isEqualTo("answer");
    assertThat(dead.record().value())
        .isEqualTo(fixture.serdes.query().serializer().serialize("rag.queries", query));
    assertThat(fixture.answers()).isEmpty();
  }

  @Test
  void refusesAQuestionThatTakesAllPositions() {
    // When
    QueryOptions options = new QueryOptions(null, null, 64, null, Mode.AUTO, true, false);
    fixture.ask(
        Samples.query("q").setQuestion("x".repeat(62)).setExpectedPassages(0).setOptions(options));
    fixture.tick();
    // Then
    assertThat(only(fixture.deadLetters()).code()).isEqualTo(ErrorCode.QUERY_NOT_ANSWERABLE);
  }

  @Test
  void answersARefusedQueryWhenItIsSentAgain() {
    // Given
    fixture.fakes.decoder().failNext(Kind.INPUT);
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    fixture.tick();
    // When
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    fixture.tick();
    // Then
    assertThat(fixture.answers()).hasSize(1);
  }

  @Test
  void keepsThePassagesOfARefusedQueryToBeSentAgain() {
    // Given: one of them is refused itself
    fixture.fakes.decoder().failNext(Kind.INPUT);
    fixture.ask(Samples.query("q").setExpectedPassages(2));
    fixture.retrieve(Samples.passage("q", "p1").setText(" "));
    // When
    fixture.retrieve(Samples.passage("q", "p2").setRank(1));
    fixture.tick();
    fixture.tick();
    // Then
    List<DeadRecord> dead = fixture.deadLetters();
    assertThat(dead)
        .extracting(DeadRecord::code)
        .containsExactly(
            ErrorCode.EMPTY_TEXT, ErrorCode.QUERY_NOT_ANSWERABLE, ErrorCode.QUERY_NOT_ANSWERABLE);
    assertThat(dead.get(1).header(DeadLetterHeaders.TOPIC)).isEqualTo("rag.queries");
    assertThat(dead.get(2).header(DeadLetterHeaders.TOPIC)).isEqualTo("rag.passages");
    assertThat(dead.get(2).message()).contains("its query was refused");
    // When
    fixture.ask(Samples.query("q").setExpectedPassages(1));
    fixture.retrieve(Samples.passage("q", "p2").setRank(1));
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(only(fixture.answers()).getStatus()).isEqualTo(AnswerStatus.COMPLETE);
  }

  @Test
  void startsANewGenerationAfterAFailure() {
    // Given
    fixture.fakes.decoder().hold();
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    FakeDecoder.Running first = only(fixture.fakes.decoder().running());
    first.token();
    first.fail(new ModelException(Kind.TRANSIENT, "told to fail"));
    fixture.tick();
    // When
    fixture.fakes.decoder().release();
    fixture.advance(Duration.ofMillis(100));
    fixture.tick();
    // Then
    List<AnswerToken> tokens = fixture.tokens();
    String won = only(fixture.answers()).getGenerationId();
    String lost = tokens.get(0).getGenerationId();
    assertThat(lost).isLessThan(won);
    assertThat(tokens).extracting(AnswerToken::getGenerationId).containsOnly(lost, won);
    assertThat(tokens.stream().filter(token -> token.getGenerationId().equals(won)))
        .extracting(AnswerToken::getIndex)
        .containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void doublesTheWaitFromFailureToFailure() {
    // Given
    for (int i = 0; i < 3; i++) {
      fixture.fakes.decoder().failNext(Kind.TRANSIENT);
    }
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    // When, then: attempts after 0, 100, 300 and 700 ms, found by ticks of 50 ms
    fixture.tick();
    assertThat(fixture.fakes.decoder().prompts()).hasSize(1);
    fixture.advance(Duration.ofMillis(100));
    assertThat(fixture.fakes.decoder().prompts()).hasSize(2);
    fixture.tick();
    fixture.advance(Duration.ofMillis(150));
    assertThat(fixture.fakes.decoder().prompts()).hasSize(2);
    fixture.tick();
    assertThat(fixture.fakes.decoder().prompts()).hasSize(3);
    fixture.tick();
    fixture.advance(Duration.ofMillis(400));
    fixture.tick();
    assertThat(fixture.answers()).hasSize(1);
  }

  @Test
  void blamesNoQueryForABrokenModel() {
    // Given
    for (int i = 0; i < 30; i++) {
      fixture.fakes.decoder().failNext(Kind.MODEL);
    }
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    // When
    for (int i = 0; i < 70; i++) {
      fixture.advance(fixture.config.retry().maxDelay());
    }
    // Then
    assertThat(fixture.answers()).hasSize(1);
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void waitsForABusyDecoderForAsLongAsItTakes() {
    // Given: more often than a record may fail
    for (int i = 0; i < 2 * fixture.config.retry().attempts(); i++) {
      fixture.fakes.decoder().failNext(Kind.BUSY);
    }
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    // When, then: attempts after 0, 150 and 400 ms: it waits for as long again as it has waited
    for (int i = 0; i < 10; i++) {
      fixture.tick();
    }
    assertThat(fixture.fakes.decoder().prompts()).hasSize(3);
    for (int i = 0; i < 200; i++) {
      fixture.advance(fixture.config.retry().maxDelay());
    }
    assertThat(fixture.answers()).hasSize(1);
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void goesOnWithTheConversationAfterARefusal() {
    // Given
    fixture.fakes.decoder().failNext(Kind.INPUT);
    fixture.ask(Samples.query("q1").setConversationId("c").setExpectedPassages(0));
    fixture.ask(Samples.query("q2").setConversationId("c").setExpectedPassages(0));
    // When
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(fixture.answers()).extracting(Answer::getQueryId).containsExactly("q2");
  }

  @Test
  void answersWithoutAPassageThatCannotBeEncodedInTheFormAskedFor() {
    // Given
    QueryOptions options = new QueryOptions(null, null, null, 4, Mode.AUTO, true, false);
    fixture.retrieve(Samples.passage("q", "good"));
    fixture.retrieve(Samples.passage("q", "bad").setText("poison"));
    fixture.tick();
    fixture.fakes.encoder().failOn("poison", Kind.INPUT);
    // When
    fixture.ask(Samples.query("q").setExpectedPassages(2).setOptions(options));
    fixture.tick();
    // Then
    Answer answer = only(fixture.answers());
    assertThat(answer.getStatus()).isEqualTo(AnswerStatus.PARTIAL);
    assertThat(answer.getStats().getPassages()).isEqualTo(1);
    DeadRecord dead = only(fixture.deadLetters());
    assertThat(dead.code()).isEqualTo(ErrorCode.PASSAGE_NOT_ENCODABLE);
    assertThat(dead.record().value())
        .isEqualTo(fixture.bytes(Samples.passage("q", "bad").setText("poison").build()));
  }

  @Test
  void refusesTheQueryWhosePassagesCannotBeReadAndGivesItsPlaceBack() {
    try (TopologyFixture single = new TopologyFixture(TopologyFixture.generatingAtMost(1))) {
      // Given
      Query query = Samples.query("bad").setExpectedPassages(2).build();
      single.ask(query, new RecordHeaders());
      single.retrieve(Samples.passage("bad", "p1"));
      single.tick();
      KeyValueStore<Bytes, Pending> passages =
          single.driver.getKeyValueStore(TopologyNames.REQUEST_PASSAGES);
      try (KeyValueIterator<Bytes, Pending> stored = passages.all()) {
        KeyValue<Bytes, Pending> entry = stored.next();
        passages.put(
            entry.key, Pending.since(entry.value.since(), entry.value.origin(), new byte[] {1}));
      }
      // When: another record makes the query complete
      single.retrieve(Samples.passage("bad", "p2"));
      single.tick();
      single.tick();
      // Then
      List<DeadRecord> all = single.deadLetters();
      assertThat(all)
          .extracting(letter -> letter.header(DeadLetterHeaders.TOPIC))
          .containsExactly("rag.queries", "rag.passages", "rag.passages");
      DeadRecord dead = all.get(0);
      assertThat(dead.code()).isEqualTo(ErrorCode.UNEXPECTED);
      assertThat(dead.stage()).isEqualTo("answer");
      assertThat(dead.record().value())
          .isEqualTo(single.serdes.query().serializer().serialize("rag.queries", query));
      single.ask(Samples.query("good").setExpectedPassages(0));
      single.tick();
      assertThat(only(single.answers()).getQueryId()).isEqualTo("good");
    }
  }

  @Test
  void cancelsWhatItHasStartedWhenItIsClosed() {
    // Given
    try (TopologyFixture closing = new TopologyFixture()) {
      closing.fakes.decoder().hold();
      closing.fakes.encoder().hold();
      closing.ask(Samples.query("q").setExpectedPassages(0));
      closing.retrieve(Samples.passage("other", "p"));
      // When
      closing.close();
      // Then
      assertThat(only(closing.fakes.decoder().running()).isCancelled()).isTrue();
      assertThat(closing.fakes.encoder().cancelled()).isEqualTo(1);
    }
  }

  private static <T> T only(List<T> list) {
    assertThat(list).hasSize(1);
    return list.get(0);
  }
}

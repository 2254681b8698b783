package io.github.refragstreams.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Queries that are taken back. */
class CancellingTest {
  private final TopologyFixture fixture = new TopologyFixture(TopologyFixture.generatingAtMost(1));

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void stopsAGenerationAndGivesItsPlaceToTheNext() {
    // Given
    fixture.fakes.decoder().hold();
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    fixture.ask(Samples.query("next").setExpectedPassages(0));
    fixture.tick();
    FakeDecoder.Running running = fixture.fakes.decoder().running().get(0);
    running.token();
    // When
    fixture.cancel("q");
    // Then
    assertThat(running.isCancelled()).isTrue();
    fixture.fakes.decoder().release();
    fixture.tick();
    assertThat(fixture.answers()).extracting(Answer::getQueryId).containsExactly("next");
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void doesNotSubmitWhatTheEncoderHadNoRoomFor() {
    // Given
    fixture.retrieve(Samples.passage("q", "p"));
    fixture.tick();
    fixture.fakes.encoder().takeAtMost(0);
    askForAnotherChunkSize();
    // When
    fixture.cancel("q");
    fixture.fakes.encoder().takeAtMost(1);
    fixture.tick();
    // Then
    assertThat(fixture.fakes.encoder().texts()).hasSize(1);
    assertThat(fixture.answers()).extracting(Answer::getQueryId).containsExactly("next");
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void takesBackWhatWaitsForTheEncoder() {
    // Given
    fixture.retrieve(Samples.passage("q", "p"));
    fixture.tick();
    fixture.fakes.encoder().hold();
    askForAnotherChunkSize();
    // When
    fixture.cancel("q");
    fixture.tick();
    // Then
    assertThat(fixture.fakes.encoder().cancelled()).isEqualTo(1);
    assertThat(fixture.answers()).extracting(Answer::getQueryId).containsExactly("next");
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void neverAnswersAQueryThatWaitsForItsPassages() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(1));
    fixture.cancel("q");
    // When
    fixture.retrieve(Samples.passage("q", "p"));
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    fixture.tick();
    fixture.advance(fixture.config.answer().deadline());
    fixture.tick();
    // Then: nobody waits for the passage, and the id is taken
    assertThat(fixture.answers()).isEmpty();
    assertThat(fixture.deadLetters())
        .extracting(DeadRecord::code)
        .containsExactly(ErrorCode.LATE_PASSAGE);
  }

  @Test
  void goesOnWithTheConversation() {
    // Given
    fixture.ask(Samples.query("q1").setConversationId("c").setExpectedPassages(1));
    fixture.ask(Samples.query("q2").setConversationId("c").setExpectedPassages(0));
    fixture.tick();
    assertThat(fixture.answers()).isEmpty();
    // When
    fixture.cancel("c", "q1");
    fixture.tick();
    // Then
    assertThat(fixture.answers()).extracting(Answer::getQueryId).containsExactly("q2");
  }

  @Test
  void leavesAnsweredQueriesAndOthersAlone() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    fixture.tick();
    // When
    fixture.cancel("q");
    fixture.cancel("nobody asked this");
    fixture.tick();
    // Then
    assertThat(fixture.answers()).hasSize(1);
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void leavesPassagesAloneThatWaitForTheirQuery() {
    // Given
    fixture.retrieve(Samples.passage("q", "p"));
    fixture.tick();
    // When
    fixture.cancel("q");
    fixture.ask(Samples.query("q").setExpectedPassages(1));
    fixture.tick();
    // Then
    assertThat(fixture.answers()).hasSize(1);
  }

  @Test
  void refusesACancellationOfNoQuery() {
    // When
    fixture.rawQuery(
        "c".getBytes(UTF_8),
        null,
        new RecordHeaders().add(CancelHeader.QUERY_ID, " ".getBytes(UTF_8)));
    // Then
    assertThat(fixture.deadLetters())
        .extracting(DeadRecord::code)
        .containsExactly(ErrorCode.BLANK_ID);
  }

  /** The passage was encoded for another k, and the next query waits for this one. */
  private void askForAnotherChunkSize() {
    Query.Builder query = Samples.query("q").setExpectedPassages(1);
    fixture.ask(query.setOptionsBuilder(QueryOptions.newBuilder().setChunkTokens(4)));
    fixture.ask(Samples.query("next").setExpectedPassages(0));
    fixture.tick();
    assertThat(fixture.answers()).isEmpty();
  }
}

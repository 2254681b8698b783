package io.github.refragstreams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.QueryOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that are behind slow down, but tick and commit, however many records are buffered. */
@Timeout(60)
class BackPressureTest {
  /** One wait for each of them would take longer than a test may. */
  private static final int BUFFERED = 500;

  /** The longest that a query may ask for. */
  private static final Duration LONG = Limits.defaults().deadline();

  /** Ticks in which nothing moves: more than a record may fail, if they were failures. */
  private static final int STANDSTILL = 2 * RetryConfig.defaults().attempts();

  private final TopologyFixture fixture = new TopologyFixture(config());

  /** A task is behind with its first record. */
  private static TopologyConfig config() {
    return TopologyFixture.testConfig(Duration.ofMillis(200))
        .withEncode(new EncodeConfig(1, 1, BUFFERED, 1, 1))
        .withAnswer(TopologyFixture.answering(1, 1, BUFFERED));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void takesBufferedPassagesInAfterOneWait() {
    // Given
    fixture.fakes.encoder().hold();
    // When
    for (int i = 0; i < BUFFERED; i++) {
      fixture.retrieve(Samples.passage("q" + i, "p" + i));
    }
    // Then
    assertThat(fixture.fakes.encoder().texts()).hasSize(1);
    fixture.fakes.encoder().release();
    for (int i = 0; i < BUFFERED; i++) {
      fixture.tick();
    }
    assertThat(fixture.fakes.encoder().texts()).hasSize(BUFFERED);
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void theEncoderGoesOnWhileATaskWaitsForRoom() {
    // Given: three wait, where one may
    fixture.fakes.encoder().hold();
    for (int i = 0; i < 3; i++) {
      fixture.retrieve(Samples.passage("q", "p" + i));
    }
    fixture.tick();
    fixture.fakes.encoder().release();
    // When: another one waits for room
    fixture.retrieve(Samples.passage("q", "p3"));
    // Then
    assertThat(fixture.fakes.encoder().texts()).hasSize(4);
  }

  @Test
  void passagesWaitInOrderUntilTheEncoderHasRoomAndNoneIsLost() {
    // Given: room for three
    int passages = 60;
    try (TopologyFixture full = new TopologyFixture()) {
      full.fakes.encoder().hold();
      full.fakes.encoder().takeAtMost(3);
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < passages; i++) {
        full.ask(Samples.query("q" + i).setExpectedPassages(1).setDeadlineMs(LONG.toMillis()));
        full.retrieve(Samples.passage("q" + i, "p" + i));
        texts.add("Title: text of p" + i);
      }
      // When: nothing moves for long
      int refusals = full.fakes.encoder().refusals();
      for (int i = 0; i < STANDSTILL; i++) {
        full.advance(LONG.dividedBy(2 * STANDSTILL));
      }
      // Then: it is asked again, by one of them at a time
      assertThat(full.fakes.encoder().texts()).hasSize(3);
      assertThat(full.fakes.encoder().refusals() - refusals).isEqualTo(STANDSTILL);
      assertThat(full.deadLetters()).isEmpty();
      // When: one place after the other
      for (int i = 0; i < passages; i++) {
        full.fakes.encoder().releaseOne();
        full.tick();
      }
      full.tick();
      // Then
      assertThat(full.fakes.encoder().texts()).containsExactlyElementsOf(texts);
      assertThat(full.answers())
          .hasSize(passages)
          .allMatch(answer -> answer.getStatus() == AnswerStatus.COMPLETE);
      assertThat(full.deadLetters()).isEmpty();
    }
  }

  @Test
  void whatTheEncoderHasNoRoomForIsSubmittedInOrderAndWhatIsEncodedIsKept() {
    // Given: three passages that were encoded for another k, and room for one
    int passages = 3;
    try (TopologyFixture full = new TopologyFixture()) {
      for (int i = 0; i < passages; i++) {
        full.retrieve(Samples.passage("q", "p" + i).setRank(i));
      }
      full.tick();
      List<String> texts = full.fakes.encoder().texts();
      assertThat(texts).hasSize(passages);
      full.fakes.encoder().hold();
      full.fakes.encoder().takeAtMost(1);
      full.ask(
          Samples.query("q")
              .setExpectedPassages(passages)
              .setOptionsBuilder(QueryOptions.newBuilder().setChunkTokens(4)));
      // When: nothing moves for long, then one place after the other
      for (int i = 0; i < STANDSTILL; i++) {
        full.advance(full.config.retry().maxDelay());
      }
      for (int i = 0; i < passages; i++) {
        full.fakes.encoder().releaseOne();
        full.tick();
      }
      full.tick();
      // Then
      List<String> again = full.fakes.encoder().texts().subList(passages, 2 * passages);
      assertThat(again).containsExactlyElementsOf(texts);
      assertThat(full.fakes.encoder().texts()).hasSize(2 * passages);
      assertThat(full.answers())
          .extracting(Answer::getStatus)
          .containsExactly(AnswerStatus.COMPLETE);
      assertThat(full.deadLetters()).isEmpty();
      assertThat(full.meters.get("refrag.retries").tag("stage", "answer").counter().count())
          .isZero();
    }
  }

  @Test
  void passagesWithoutAQueryTakeNoPlaceOfAQuery() {
    try (TopologyFixture small =
        new TopologyFixture(
            TopologyFixture.testConfig().withAnswer(TopologyFixture.answering(1, 1, 3)))) {
      // Given: as many as may wait, and one more
      for (int i = 0; i < 4; i++) {
        small.retrieve(Samples.passage("forgotten" + i, "p"));
        small.tick();
      }
      assertThat(small.deadLetters())
          .extracting(DeadRecord::code)
          .containsExactly(ErrorCode.OVERLOADED);
      // When
      small.ask(Samples.query("q").setExpectedPassages(0));
      small.tick();
      // Then
      assertThat(small.answers()).extracting(Answer::getQueryId).containsExactly("q");
      assertThat(small.deadLetters()).isEmpty();
    }
  }

  @Test
  void aBrokenModelSlowsTheConsumptionDown() {
    // Given
    fixture.fakes.decoder().failNext(Kind.MODEL);
    fixture.ask(Samples.query("q0").setExpectedPassages(0));
    fixture.tick();
    // When
    long start = System.nanoTime();
    fixture.ask(Samples.query("q1").setExpectedPassages(0));
    // Then: room did not come while the first one waited for its next attempt
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(fixture.config.taskWait());
    fixture.advance(fixture.config.retry().maxDelay());
    fixture.tick();
    fixture.tick();
    assertThat(fixture.answers())
        .extracting(Answer::getQueryId)
        .containsExactlyInAnyOrder("q0", "q1");
  }

  @Test
  void whatIsAnsweredOrCancelledLeavesRoom() {
    Duration wait = Duration.ofSeconds(2);
    try (TopologyFixture slow =
        new TopologyFixture(config().withPace(fixture.config.tick(), wait))) {
      // Given: the second one is cancelled between two attempts
      slow.ask(Samples.query("q0").setExpectedPassages(0));
      slow.tick();
      slow.fakes.decoder().failNext(Kind.MODEL);
      slow.ask(Samples.query("q1").setExpectedPassages(0));
      slow.tick();
      slow.cancel("q1");
      // When
      long start = System.nanoTime();
      slow.ask(Samples.query("q2").setExpectedPassages(0));
      // Then
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(wait);
    }
  }

  @Test
  void takesBufferedQueriesInAfterOneWait() {
    // Given
    fixture.fakes.decoder().hold();
    // When
    for (int i = 0; i < BUFFERED; i++) {
      fixture.ask(Samples.query("q" + i).setExpectedPassages(0));
    }
    // Then
    assertThat(fixture.fakes.decoder().prompts()).hasSize(1);
    fixture.fakes.decoder().release();
    for (int i = 0; i < BUFFERED; i++) {
      fixture.tick();
    }
    assertThat(fixture.answers()).hasSize(BUFFERED);
    assertThat(fixture.deadLetters()).isEmpty();
  }
}

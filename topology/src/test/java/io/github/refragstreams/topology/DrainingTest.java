package io.github.refragstreams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.schemas.Answer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An application that is told to stop. */
class DrainingTest {
  private final TopologyFixture fixture = new TopologyFixture(TopologyFixture.generatingAtMost(2));

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void finishesWhatIsBeingGeneratedAndBeginsNothing() throws InterruptedException {
    // Given
    fixture.fakes.decoder().hold();
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    fixture.tick();
    // When
    fixture.drain.begin();
    fixture.ask(Samples.query("later").setExpectedPassages(0));
    fixture.tick();
    // Then
    assertThat(fixture.drain.generating()).isEqualTo(1);
    assertThat(fixture.drain.await(Duration.ZERO)).isFalse();
    fixture.fakes.decoder().release();
    assertThat(fixture.drain.await(Duration.ZERO)).isFalse();
    fixture.tick();
    assertThat(fixture.drain.await(Duration.ZERO)).isTrue();
    fixture.tick();
    assertThat(fixture.answers()).extracting(Answer::getQueryId).containsExactly("q");
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void doesNotWaitForWhatWasTakenBack() throws InterruptedException {
    // Given
    fixture.fakes.decoder().hold();
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    fixture.tick();
    fixture.drain.begin();
    // When
    fixture.cancel("q");
    fixture.tick();
    // Then
    assertThat(fixture.drain.await(Duration.ZERO)).isTrue();
    assertThat(fixture.answers()).isEmpty();
  }

  @Test
  void doesNotWaitForTasksThatAreClosed() throws InterruptedException {
    // Given
    fixture.fakes.decoder().hold();
    fixture.ask(Samples.query("q").setExpectedPassages(0));
    fixture.ask(Samples.query("cancelled").setExpectedPassages(0));
    fixture.tick();
    fixture.cancel("cancelled");
    assertThat(fixture.drain.generating()).isEqualTo(2);
    // When
    fixture.close();
    // Then
    assertThat(fixture.drain.await(Duration.ZERO)).isTrue();
  }
}

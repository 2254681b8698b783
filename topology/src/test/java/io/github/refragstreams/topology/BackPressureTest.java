package io.github.refragstreams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that are behind slow down, but tick and commit, however many records are buffered. */
@Timeout(60)
class BackPressureTest {
  /** One wait for each of them would take longer than a test may. */
  private static final int BUFFERED = 500;

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

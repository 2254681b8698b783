package io.github.refragstreams.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.schemas.Query;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Attempts and the wait before the next one outlive the process that made them. */
class DurableRetryTest {
  private static final int FAILURES = 6;

  private final DurableFixture fixture = new DurableFixture(TopologyFixture.testConfig());
  private final TopologyConfig config = fixture.config;
  private final FakeDecoder decoder = fixture.fakes.decoder();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void waitsLongerAfterEachAttemptThoughEachIsMadeByAnotherProcess() {
    // Given
    for (int i = 0; i < FAILURES; i++) {
      decoder.failNext(Kind.TRANSIENT);
    }
    Query query = Samples.query("q").setExpectedPassages(0).build();
    fixture.send(
        Tasks.QUERY_TOPIC,
        "q".getBytes(UTF_8),
        query,
        fixture.serdes.query().serializer(),
        new RecordHeaders());
    CrashingTask.Written written = endAfterAnAttempt();
    for (int failed = 1; failed <= FAILURES; failed++) {
      assertThat(written.byChild().values())
          .as("after %d attempts", failed)
          .allMatch(List::isEmpty);
      // When
      Duration waited = untilTheNextAttempt();
      written = endAfterAnAttempt();
      // Then
      Duration due = config.retry().delayAfter(failed);
      assertThat(waited)
          .as("after %d attempts", failed)
          .isBetween(due.minus(config.tick()), due.plus(config.tick()));
    }
    assertThat(written.to(Tasks.ANSWERS)).hasSize(1);
    assertThat(written.to(Tasks.DEAD_LETTERS)).isEmpty();
  }

  private Duration untilTheNextAttempt() {
    int before = decoder.prompts().size();
    Duration waited = Duration.ZERO;
    while (decoder.prompts().size() == before) {
      assertThat(waited).isLessThanOrEqualTo(config.retry().maxDelay());
      fixture.task.tick();
      waited = waited.plus(config.tick());
    }
    return waited;
  }

  private CrashingTask.Written endAfterAnAttempt() {
    fixture.task.tick();
    return fixture.commitAndDie();
  }
}

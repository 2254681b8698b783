package io.github.refragstreams.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.internal.record.Incoming;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Attempts and the wait before the next one outlive the process that made them. */
class DurableRetryTest {
  private static final int FAILURES = 6;

  private final TopologyConfig config = TopologyFixture.testConfig();
  private final Fakes fakes = new Fakes();
  private final EventSerdes serdes =
      new EventSerdes(Map.of(EventSerdeConfig.URL, "mock://durable-retry"));
  private final TemporaryFolder state = new TemporaryFolder("refrag-retry-");
  private final CrashingTask<byte[], @Nullable Incoming, Void, Void> task =
      Tasks.answering(config, fakes, serdes, state);

  @AfterEach
  void close() {
    task.close();
    serdes.close();
    state.close();
  }

  @Test
  void waitsLongerAfterEachAttemptThoughEachIsMadeByAnotherProcess() {
    // Given
    for (int i = 0; i < FAILURES; i++) {
      fakes.decoder().failNext(Kind.TRANSIENT);
    }
    Query query = Samples.query("q").setExpectedPassages(0).build();
    byte[] value = serdes.query().serializer().serialize(Tasks.QUERY_TOPIC, query);
    task.send(
        Tasks.QUERY_TOPIC,
        new TestRecord<>("q".getBytes(UTF_8), value, new RecordHeaders(), Samples.NOW));
    task.read();
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
    int before = fakes.decoder().prompts().size();
    Duration waited = Duration.ZERO;
    while (fakes.decoder().prompts().size() == before) {
      assertThat(waited).isLessThanOrEqualTo(config.retry().maxDelay());
      task.tick();
      waited = waited.plus(config.tick());
    }
    return waited;
  }

  /** What became of it is committed; then the process dies. */
  private CrashingTask.Written endAfterAnAttempt() {
    task.tick();
    CrashingTask.Written written = task.commit();
    task.crash(CrashingTask.End.KILLED);
    return written;
  }
}

package io.github.refragstreams.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.topology.internal.record.Origin;
import java.time.Duration;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long passages wait for their query does not depend on who waits. */
class DurableOrphanTest {
  private static final byte[] KEY = "nobody".getBytes(UTF_8);

  private final DurableFixture fixture =
      new DurableFixture(
          TopologyConfig.defaults()
              .withPartitions(1)
              .withPace(Duration.ofSeconds(1), Duration.ZERO));
  private final TopologyConfig config = fixture.config;

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void countsFromTheFirstPassageWhateverItsPlaceInTheStore() {
    // Given: the first one is the last one in the store
    Duration half = config.answer().orphanAfter().dividedBy(2);
    pass("z");
    fixture.advance(half);
    pass("a");
    fixture.commitAndDie();
    // When
    fixture.advance(half.plus(config.tick()));
    // Then
    assertThat(fixture.task.commit().to(Tasks.DEAD_LETTERS)).hasSize(2);
  }

  /** As it comes from the encode task. */
  private void pass(String id) {
    Origin origin =
        new Origin(
            config.topics().passages(),
            0,
            0,
            Samples.NOW.toEpochMilli(),
            KEY,
            null,
            new RecordHeaders());
    fixture.send(
        Tasks.ENCODED,
        KEY,
        Samples.encoded("nobody", id),
        fixture.serdes.encodedPassage().serializer(),
        origin.carried());
  }
}

package io.github.refragstreams.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.schemas.EncodedPassage;
import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.Origin;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long passages wait for their query does not depend on who waits. */
class DurableOrphanTest {
  private static final byte[] KEY = "nobody".getBytes(UTF_8);

  private final TopologyConfig config =
      TopologyConfig.defaults().withPartitions(1).withPace(Duration.ofSeconds(1), Duration.ZERO);
  private final EventSerdes serdes =
      new EventSerdes(Map.of(EventSerdeConfig.URL, "mock://durable-orphan"));
  private final TemporaryFolder state = new TemporaryFolder("refrag-orphan-");
  private final CrashingTask<byte[], @Nullable Incoming, Void, Void> task =
      Tasks.answering(config, new Fakes(), serdes, state);

  @AfterEach
  void close() {
    task.close();
    serdes.close();
    state.close();
  }

  @Test
  void countsFromTheFirstPassageWhateverItsPlaceInTheStore() {
    // Given: the first one is the last one in the store
    Duration half = config.answer().orphanAfter().dividedBy(2);
    pass("z");
    advance(half);
    pass("a");
    task.commit();
    task.crash(CrashingTask.End.KILLED);
    // When
    advance(half.plus(config.tick()));
    // Then
    assertThat(task.commit().to(Tasks.DEAD_LETTERS)).hasSize(2);
  }

  private void advance(Duration time) {
    for (long ticks = time.dividedBy(config.tick()); ticks > 0; ticks--) {
      task.tick();
    }
  }

  /** As it comes from the encode task. */
  private void pass(String id) {
    EncodedPassage passage =
        EncodedPassage.newBuilder()
            .setPassage(Samples.passage("nobody", id).build())
            .setChunkTokens(2)
            .setEncoderId("encoder-1")
            .setDimension(1)
            .setVectors(ByteBuffer.wrap(new byte[] {1, 2}))
            .setTokenIds(ByteBuffer.allocate(4))
            .setTokenEnds(ByteBuffer.allocate(4))
            .setCached(false)
            .setEncodeMs(0)
            .build();
    Origin origin =
        new Origin(
            config.topics().passages(),
            0,
            0,
            Samples.NOW.toEpochMilli(),
            KEY,
            null,
            new RecordHeaders());
    byte[] value = serdes.encodedPassage().serializer().serialize(Tasks.ENCODED, passage);
    task.send(Tasks.ENCODED, new TestRecord<>(KEY, value, origin.carried(), Samples.NOW));
    task.read();
  }
}

package io.github.refragstreams.topology;

import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.internal.record.Incoming;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The task that answers, whose processes die: what outlives them. */
final class DurableFixture implements AutoCloseable {
  final TopologyConfig config;
  final Fakes fakes = new Fakes();
  final EventSerdes serdes =
      new EventSerdes(Map.of(EventSerdeConfig.URL, "mock://durable-fixture"));
  final CrashingTask<byte[], @Nullable Incoming, Void, Void> task;
  private final TemporaryFolder state = new TemporaryFolder("refrag-durable-");

  DurableFixture(TopologyConfig config) {
    this.config = config;
    this.task = Tasks.answering(config, fakes, serdes, state);
  }

  /** The task reads a record. */
  <T> void send(String topic, byte[] key, T event, Serializer<T> serializer, Headers headers) {
    byte[] value = serializer.serialize(topic, event);
    task.send(topic, new TestRecord<>(key, value, headers, Samples.NOW));
    task.read();
  }

  void advance(Duration time) {
    for (long ticks = time.dividedBy(config.tick()); ticks > 0; ticks--) {
      task.tick();
    }
  }

  /** What became of it is committed; then the process dies. */
  CrashingTask.Written commitAndDie() {
    CrashingTask.Written written = task.commit();
    task.crash(CrashingTask.End.KILLED);
    return written;
  }

  @Override
  public void close() {
    task.close();
    serdes.close();
    state.close();
  }
}

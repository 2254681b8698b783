package io.github.refragstreams.topology.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.topology.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnsweredTest {
  private static final Duration WINDOW = Duration.ofHours(1);
  private static final long NOW = Samples.NOW.toEpochMilli();
  private static final long AHEAD = NOW + 3 * WINDOW.toMillis();

  @TempDir private Path state;
  private TopologyTestDriver driver;
  private WindowStore<String, String> store;

  /** Has the store, and leaves it to the test. */
  private static final class Idle implements Processor<byte[], byte[], Void, Void> {
    @Override
    public void process(Record<byte[], byte[]> record) {}
  }

  @BeforeEach
  void open() {
    Topology topology = new Topology();
    topology.addSource("source", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "topic");
    topology.addProcessor("task", Idle::new, "source");
    topology.addStateStore(
        Stores.windowStoreBuilder(
            Stores.persistentWindowStore("answered", WINDOW, WINDOW, false),
            Serdes.String(),
            Serdes.String()),
        "task");
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "answered");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    driver = new TopologyTestDriver(topology, settings, Samples.NOW);
    store = driver.getWindowStore("answered");
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void forgetsNothingWhenTheClockWasAhead() {
    // Given
    Answered answered = new Answered(store, WINDOW);
    answered.add("early", "g1", AHEAD);
    // When
    answered.add("q", "g2", NOW);
    answered.addCancelled("taken back", NOW);
    // Then
    assertThat(answered.contains("q", NOW)).isTrue();
    assertThat(answered.contains("taken back", NOW)).isTrue();
    assertThat(answered.contains("another", NOW)).isFalse();
  }

  @Test
  void forgetsNothingWhenTheClockOfAnEarlierTaskWasAhead() {
    // Given
    new Answered(store, WINDOW).add("early", "g1", AHEAD);
    Answered answered = new Answered(store, WINDOW);
    // When
    answered.add("q", "g2", NOW);
    // Then
    assertThat(answered.contains("q", NOW)).isTrue();
  }

  @Test
  void forgetsAfterTheWindow() {
    // Given
    Answered answered = new Answered(store, WINDOW);
    // When
    answered.add("q", "g", NOW);
    // Then
    assertThat(answered.contains("q", NOW + WINDOW.toMillis())).isTrue();
    assertThat(answered.contains("q", NOW + WINDOW.toMillis() + 1)).isFalse();
  }
}

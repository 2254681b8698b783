package io.github.refragstreams.app.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class MermaidTest {
  @Test
  void drawsTopicsBetweenPartsAndStoresInThem() {
    // Given
    Topology topology = new Topology();
    topology.addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "a.in");
    topology.addProcessor("work", () -> new Idle(), "in");
    topology.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore("kept"), Serdes.String(), Serdes.String()),
        "work");
    topology.addSink("out", "a.out", "work");
    // When
    String chart = Mermaid.of(topology.describe());
    // Then
    assertThat(chart)
        .isEqualTo(
            """
            flowchart LR
              subgraph part0["0"]
                node-in("in")
                node-out("out")
                node-work("work")
                store-kept[("kept")]
              end
              topic-a.in[/"a.in"/]
              topic-a.out[/"a.out"/]
              node-in --> node-work
              node-out --> topic-a.out
              node-work --- store-kept
              node-work --> node-out
              topic-a.in --> node-in
            """);
  }

  private static final class Idle implements Processor<byte[], byte[], byte[], byte[]> {
    @Override
    public void process(Record<byte[], byte[]> record) {}
  }
}

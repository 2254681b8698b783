package io.github.refragstreams.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

/**
 * Holds the names that running applications depend on. A difference is a migration: decide on it,
 * then write the snapshot anew.
 */
class GoldenTopologyTest {

  @Test
  void describesItselfAsInItsSnapshot() throws IOException {
    // Given
    try (TopologyFixture fixture = new TopologyFixture()) {
      Topology topology = RagTopology.build(fixture.fakes.models(), fixture.config, fixture.serdes);
      // When
      String described = topology.describe().toString();
      // Then
      assertThat(described.strip()).isEqualTo(snapshot("topology.txt"));
    }
  }

  @Test
  void namesItsInternalTopicsAsInTheirSnapshot() throws IOException {
    // When
    List<String> topics = TopologyNames.internalTopics("refrag");
    // Then
    assertThat(String.join("\n", topics)).isEqualTo(snapshot("internal-topics.txt"));
  }

  @Test
  void writesToTheInternalTopicsThatItNames() {
    // Given
    try (TopologyFixture fixture = new TopologyFixture()) {
      fixture.fakes.encoder().hold();
      fixture.fakes.decoder().hold();
      fixture.ask(Samples.query("q").setConversationId("c").setExpectedPassages(1));
      fixture.retrieve(Samples.passage("q", "p").setConversationId("c"));
      fixture.tick();
      fixture.fakes.encoder().release();
      fixture.tick();
      fixture.tick();
      fixture.fakes.decoder().release();
      fixture.tick();
      // When
      Set<String> internal = new TreeSet<>(fixture.driver.producedTopicNames());
      internal.removeIf(topic -> !topic.startsWith("test-"));
      // Then
      assertThat(internal).containsExactlyElementsOf(TopologyNames.internalTopics("test"));
    }
  }

  private static String snapshot(String name) throws IOException {
    try (InputStream in = GoldenTopologyTest.class.getResourceAsStream("/snapshots/" + name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), UTF_8).strip();
    }
  }
}

package io.github.refragstreams.app.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.topology.TopicSpec;
import io.github.refragstreams.topology.TopologyConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TopicAdminTest {
  private static EmbeddedKafka kafka;
  private static TopicAdmin admin;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(0);
    admin = new TopicAdmin(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  @AfterAll
  static void stop() {
    admin.close();
    kafka.close();
  }

  @Test
  void createsWhatIsMissing() {
    // Given
    TopicSpec first = topic("created-first", 2, Map.of("retention.ms", "60000"));
    TopicSpec second = topic("created-second", 3, Map.of());
    admin.create(List.of(first), Optional.of((short) 1));
    // When
    List<String> created = admin.create(List.of(first, second), Optional.empty());
    // Then
    assertThat(created).containsExactly("created-second");
    assertThat(admin.partitions(List.of(first, second)))
        .containsExactlyInAnyOrderEntriesOf(Map.of("created-first", 2, "created-second", 3));
  }

  @Test
  void namesEveryTopicThatIsMissingOrDiffers() {
    // Given
    TopologyConfig config = TopologyConfig.defaults();
    TopicSpec queries = topic(config.topics().queries(), config.partitions() + 1, Map.of());
    admin.create(List.of(queries), Optional.empty());
    // When, Then
    assertThatThrownBy(() -> admin.check(config))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("'rag.queries' (topics.queries) has 5 partitions")
        .hasMessageContaining("'rag.passages' (topics.passages) does not exist");
  }

  @Test
  void saysThatTheTopicOfTheDeadLettersTakesTooLittle() {
    // Given
    TopologyConfig config = TopologyConfig.defaults();
    TopicSpec small =
        topic(config.topics().deadLetters(), 1, Map.of("max.message.bytes", "1048588"));
    admin.create(List.of(small), Optional.empty());
    // When, Then
    assertThatThrownBy(() -> admin.checkForApplication(config))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining(
            "topic 'rag.dead-letters' (topics.dead-letters) has max.message.bytes 1048588 but"
                + " limits.record-bytes is 8388608; ")
        .hasMessageEndingWith("--add-config max.message.bytes=8388608");
  }

  @Test
  void saysThatAClusterRefuses() {
    // Given
    List<TopicSpec> impossible = List.of(topic("refused", 1, Map.of("no.such", "x")));
    // When, Then
    assertThatThrownBy(() -> admin.create(impossible, Optional.empty()))
        .isInstanceOf(ClusterException.class)
        .hasMessageStartingWith("Kafka at " + kafka.bootstrapServers() + ": ")
        .hasMessageContaining("no.such");
  }

  @Test
  void saysThatAClusterDoesNotAnswer() {
    // Given: port 1 of this machine, where nobody listens
    Map<String, String> nowhere =
        Map.of(
            "bootstrap.servers", "127.0.0.1:1",
            "default.api.timeout.ms", "200",
            "request.timeout.ms", "200");
    try (TopicAdmin lost = new TopicAdmin(nowhere)) {
      // When, Then
      assertThatThrownBy(() -> lost.check(TopologyConfig.defaults()))
          .isInstanceOfSatisfying(
              ClusterException.class, e -> assertThat(e.isUnreachable()).isTrue())
          .hasMessageStartingWith("Kafka at 127.0.0.1:1: no answer in time");
    }
  }

  private static TopicSpec topic(String name, int partitions, Map<String, String> config) {
    return new TopicSpec(name, "test", partitions, true, config);
  }
}

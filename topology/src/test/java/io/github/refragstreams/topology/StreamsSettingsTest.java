package io.github.refragstreams.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;

class StreamsSettingsTest {
  private static final Map<String, String> BROKER = Map.of("bootstrap.servers", "b:9092");

  @Test
  void runsExactlyOnceWithFixedNames() {
    // When
    StreamsConfig config = new StreamsConfig(settings(GroupProtocol.STREAMS, BROKER));
    // Then
    assertThat(config.getString("processing.guarantee")).isEqualTo("exactly_once_v2");
    assertThat(config.getString("application.id")).isEqualTo("app");
    assertThat(config.getString("group.protocol")).isEqualTo("streams");
    assertThat(config.getString("topology.optimization")).isEqualTo("none");
    assertThat(config.getBoolean("ensure.explicit.internal.resource.naming")).isTrue();
    assertThat(config.getString("errors.dead.letter.queue.topic.name"))
        .isEqualTo("rag.dead-letters");
    assertThat(config.getLong("poll.ms")).isEqualTo(20);
    assertThat(config.getMainConsumerConfigs("g", "c", 0))
        .containsEntry("isolation.level", "read_committed");
  }

  @Test
  void readsFewRecordsAtATimeUnlessItRestores() {
    // When
    StreamsConfig config = new StreamsConfig(settings(GroupProtocol.CLASSIC, BROKER));
    // Then
    assertThat(config.getMainConsumerConfigs("g", "c", 0)).containsEntry("max.poll.records", 20);
    assertThat(config.getRestoreConsumerConfigs("c").get("max.poll.records")).isNotEqualTo(20);
    // When
    Properties asked =
        settings(
            GroupProtocol.CLASSIC,
            Map.of("bootstrap.servers", "b:9092", "consumer.max.poll.records", "50"));
    // Then
    assertThat(new StreamsConfig(asked).getMainConsumerConfigs("g", "c", 0))
        .containsEntry("max.poll.records", "50");
  }

  @Test
  void letsTheUserChangeTheRest() {
    // When
    Properties settings =
        settings(
            GroupProtocol.CLASSIC,
            Map.of("bootstrap.servers", "b:9092", "poll.ms", "7", "num.stream.threads", "3"));
    // Then
    assertThat(settings).containsEntry("poll.ms", "7").containsEntry("num.stream.threads", "3");
  }

  @Test
  void refusesToRunWithoutItsGuarantee() {
    assertThatThrownBy(
            () -> settings(GroupProtocol.CLASSIC, Map.of("processing.guarantee", "at_least_once")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "kafka.processing.guarantee is at_least_once; it must be left at exactly_once_v2");
  }

  @Test
  void refusesSettingsThatDoNotLetTheLargestRecordPass() {
    for (String key : List.of("producer.max.request.size", "topic.max.message.bytes")) {
      assertThatThrownBy(
              () ->
                  StreamsSettings.properties(
                      TopologyConfig.defaults(),
                      "app",
                      GroupProtocol.CLASSIC,
                      Map.of("bootstrap.servers", "b:1", key, "1000000")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "kafka." + key + " is 1000000; it must be at least limits.record-bytes, 8388608");
    }
  }

  @Test
  void replacesThreadsUnlessThatCannotHelp() {
    // Given
    var handler = StreamsSettings.uncaughtExceptionHandler();
    // Then
    assertThat(handler.handle(new StreamsException("broker away")))
        .isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
    assertThat(handler.handle(new StreamsException(new ConfigException("wrong"))))
        .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
    assertThat(handler.handle(new MissingSourceTopicException("gone")))
        .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
    assertThat(handler.handle(new StreamsException(new FencedInstanceIdException("two of them"))))
        .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
    assertThat(handler.handle(new StreamsException(new TopicAuthorizationException("no right"))))
        .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
    assertThat(handler.handle(new StreamsException(new SaslAuthenticationException("changed"))))
        .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
  }

  @Test
  void enforcesNamesWhenTheTopologyIsBuilt() {
    // Given: names are enforced only where the settings reach the builder
    StreamsConfig config = StreamsSettings.forBuilder(TopologyConfig.defaults());
    // Then
    assertThat(config.getBoolean("ensure.explicit.internal.resource.naming")).isTrue();
    var builder =
        new org.apache.kafka.streams.StreamsBuilder(
            new org.apache.kafka.streams.TopologyConfig(config));
    builder.stream("in").groupByKey().count();
    assertThatThrownBy(builder::build).hasMessageContaining("has not been named");
  }

  private static Properties settings(GroupProtocol protocol, Map<String, String> kafka) {
    return StreamsSettings.properties(TopologyConfig.defaults(), "app", protocol, kafka);
  }
}

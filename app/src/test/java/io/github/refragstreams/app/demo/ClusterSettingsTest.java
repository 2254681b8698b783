package io.github.refragstreams.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterSettingsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "security.protocol",
        "sasl.jaas.config",
        "ssl.truststore.location",
        "producer.sasl.mechanism",
        "main.consumer.ssl.keystore.location",
        "group.instance.id",
        "replication.factor",
        "topic.min.insync.replicas"
      })
  void leavesOutWhatIsAboutACluster(String key) {
    assertThat(ClusterSettings.leftOut(Map.of(key, "x"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"commit.interval.ms", "schema.registry.ssl.truststore.location", "producer.acks"})
  void keepsTheOthers(String key) {
    assertThat(ClusterSettings.leftOut(Map.of(key, "x"))).containsOnlyKeys(key);
  }
}

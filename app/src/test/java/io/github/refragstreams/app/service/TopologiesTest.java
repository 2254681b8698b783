package io.github.refragstreams.app.service;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.EventSerdes;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopologiesTest {
  @Test
  void saysThatALimitIsTooLargeForTheBundle() {
    // Given
    AppConfig config =
        AppConfig.load(
            null,
            Map.of(),
            Map.of(
                "limits.passage-tokens", String.valueOf(1 << 20),
                "model.queue-tokens", String.valueOf(101 << 20)));
    try (EventSerdes serdes = new EventSerdes(Map.of(EventSerdeConfig.URL, "mock://topologies"))) {
      // When, Then
      assertThatThrownBy(() -> Topologies.build(IdleModels.create(), config, serdes))
          .isInstanceOf(InvalidConfigException.class)
          .hasMessageStartingWith("limits.passage-tokens is 1048576");
    }
  }
}

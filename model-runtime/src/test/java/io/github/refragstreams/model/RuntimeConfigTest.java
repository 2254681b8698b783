package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeConfigTest {
  @Test
  void defaultsSuitASmallSharedMachine() {
    // When
    RuntimeConfig config = RuntimeConfig.defaults();
    // Then
    assertThat(config.device()).isEqualTo("cpu");
    assertThat(config.threads()).isBetween(1, 2);
    assertThat(config.decodeSlots()).isEqualTo(8);
    assertThat(config.maxPositions()).isEqualTo(2048);
    assertThat(config.kvPositions()).isEqualTo(8192);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cuda:0", "cuda:12"})
  void acceptsDevices(String device) {
    assertThat(config(device, 1, Duration.ZERO).device()).isEqualTo(device);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "cuda", "CPU", ""})
  void refusesOtherDevices(String device) {
    assertThatThrownBy(() -> config(device, 1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("model.device is " + device + "; it must be \"cpu\" or \"cuda:N\"");
  }

  @Test
  void namesTheValueItRefuses() {
    assertThatThrownBy(() -> config("cpu", 0, Duration.ZERO))
        .hasMessage("model.threads is 0; it must be at least 1");
    assertThatThrownBy(() -> config("cpu", 1, Duration.ofMillis(-1)))
        .hasMessage("model.batch-wait is PT-0.001S; it must be zero or more");
    assertThatThrownBy(() -> RuntimeConfig.defaults().withDecoder(0, 100))
        .hasMessage("model.decode-slots is 0; it must be at least 1");
    assertThatThrownBy(() -> RuntimeConfig.defaults().withDecoder(1, 63))
        .hasMessage("model.max-positions is 63; it must be at least 64");
    assertThatThrownBy(() -> config("cpu", 1, Duration.ZERO, 63))
        .hasMessage("model.kv-positions is 63; it must be at least model.max-positions, 64");
  }

  private static RuntimeConfig config(String device, int threads, Duration batchWait) {
    return config(device, threads, batchWait, 64);
  }

  private static RuntimeConfig config(
      String device, int threads, Duration batchWait, int kvPositions) {
    return new RuntimeConfig(
        device, threads, 1, batchWait, 1, 1, 0, 64, kvPositions, 1, false, Precision.QUANTISED);
  }
}

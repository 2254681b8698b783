package io.github.refragstreams.topology.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.test.Race;
import io.github.refragstreams.topology.TopologyMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedGaugeTest {
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final SharedGauge gauge =
      new SharedGauge(TopologyMeters.ANSWER_REQUESTS, meters, "waiting");

  @Test
  void isTheSumOfTheOpenShares() {
    // Given
    SharedGauge.Share first = gauge.open();
    SharedGauge.Share second = gauge.open();
    // When
    first.set(3);
    second.set(4);
    // Then
    assertThat(value()).isEqualTo(7);
    first.close();
    assertThat(value()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void losesNoShareOfManyTasksAndKeepsNone(long seed) throws InterruptedException {
    // Given
    int tasks = 4;
    SharedGauge.Share last = gauge.open();
    // When
    Race.of(
        tasks,
        seed,
        (number, random) -> {
          for (int i = 0; i < 200; i++) {
            try (SharedGauge.Share share = gauge.open()) {
              share.set(1);
              // Then: its own at least; of the others' it may meet one that ends and the next
              assertThat(value()).isGreaterThanOrEqualTo(1);
            }
          }
        });
    last.set(5);
    assertThat(value()).isEqualTo(5);
  }

  private double value() {
    return meters.get(TopologyMeters.ANSWER_REQUESTS.name()).gauge().value();
  }
}

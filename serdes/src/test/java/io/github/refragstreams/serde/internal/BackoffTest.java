package io.github.refragstreams.serde.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1, 200",
    "0, 0, 100",
    "1, 1, 400",
    "2, 0.5, 600",
    "5, 1, 5000",
    "1000, 1, 5000",
    "1000, 0, 2500"
  })
  void doublesUpToItsLimit(int retry, double random, long millis) {
    // Given
    Backoff backoff = new Backoff(3, Duration.ofMillis(200), Duration.ofSeconds(5));
    // When
    Duration wait = backoff.before(retry, random);
    // Then
    assertThat(wait).isEqualTo(Duration.ofMillis(millis));
  }
}

package io.github.refragstreams.app.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ActivityTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final AtomicLong now = new AtomicLong();
  private final Activity activity = new Activity(now::get);
  private final Counters counters = new Counters(now::get);

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void doesNotStallWithoutWork() {
    // When
    pass(MINUTE);
    // Then
    assertThat(activity.stalled()).isZero();
  }

  @Test
  void stallsFromTheArrivalOfTheFirstWork() {
    // Given
    pass(MINUTE);
    activity.begin();
    pass(MINUTE);
    // When
    activity.begin();
    pass(MINUTE);
    // Then
    assertThat(activity.stalled()).isEqualTo(MINUTE.multipliedBy(2));
  }

  @Test
  void startsAnewWithEachProgress() {
    // Given
    activity.begin();
    activity.begin();
    pass(MINUTE);
    // When
    activity.progress();
    // Then
    assertThat(activity.stalled()).isZero();
    // When
    pass(MINUTE);
    activity.end();
    // Then
    assertThat(activity.stalled()).isZero();
    // When
    pass(MINUTE);
    // Then
    assertThat(activity.stalled()).isEqualTo(MINUTE);
  }

  @Test
  void seesTheCounterThatStandsStillLongest() {
    // Given
    counters.stalled(Map.of("a", 1.0, "b", 1.0));
    pass(MINUTE);
    assertThat(counters.stalled(Map.of("a", 2.0, "b", 1.0))).isEqualTo(MINUTE);
    pass(MINUTE);
    // When, Then
    assertThat(counters.stalled(Map.of("a", 3.0, "b", 1.0))).isEqualTo(MINUTE.multipliedBy(2));
    assertThat(counters.stalled(Map.of("a", 3.0))).as("b has gone").isZero();
    assertThat(counters.stalled(Map.of("a", 3.0, "b", 1.0))).as("b is new").isZero();
  }
}

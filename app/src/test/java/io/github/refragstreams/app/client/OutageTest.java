package io.github.refragstreams.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.event.EventRecordingLogger;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.SubstituteLogger;

/** A cluster that is away is told once, and once that it is back. */
class OutageTest {
  private static final String BEGINS =
      "WARN outage=cluster failure=java.lang.RuntimeException: first an outage begins";
  private static final String ENDS = "INFO outage=cluster an outage is over";

  private final Queue<SubstituteLoggingEvent> logged = new ArrayDeque<>();
  private final AtomicLong nanos = new AtomicLong(-1);
  private final Outage outage =
      new Outage(
          "cluster",
          new EventRecordingLogger(new SubstituteLogger("outage", logged, false), logged),
          nanos::get);

  @Test
  void saysNothingWhileNothingFails() {
    // When
    outage.succeeded();
    // Then
    assertThat(lines()).isEmpty();
  }

  @Test
  void saysOnceThatItBeginsAndOnceThatItIsOver() {
    // When
    fail("first");
    pass(Duration.ofHours(1));
    fail("second");
    pass(Duration.ofSeconds(10));
    outage.succeeded();
    outage.succeeded();
    // Then
    assertThat(lines()).containsExactly(BEGINS, ENDS);
  }

  @Test
  void isNotOverWhileSomeFailAndOthersDoNot() {
    // When
    fail("first");
    for (int i = 0; i < 5; i++) {
      pass(Duration.ofSeconds(9));
      outage.succeeded();
      fail("again");
    }
    // Then
    assertThat(lines()).containsExactly(BEGINS);
  }

  @Test
  void theNextOneIsAnotherOne() {
    // When
    for (int i = 0; i < 2; i++) {
      fail("first");
      pass(Duration.ofSeconds(10));
      outage.succeeded();
    }
    // Then
    assertThat(lines()).containsExactly(BEGINS, ENDS, BEGINS, ENDS);
  }

  private List<String> lines() {
    return logged.stream().map(event -> event.getLevel() + " " + event.getMessage()).toList();
  }

  private void fail(String message) {
    outage.failed(new RuntimeException(message));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}

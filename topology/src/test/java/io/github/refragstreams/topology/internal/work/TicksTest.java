package io.github.refragstreams.topology.internal.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.junit.jupiter.api.Test;

/** When a task ticks. */
class TicksTest {
  private static final Duration PACE = Duration.ofMillis(50);

  private final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
  private boolean idle;
  private int ticked;
  private final Ticks ticks = new Ticks(context, PACE, () -> ticked++, () -> idle);

  @Test
  void keepsItsPaceWhileThereIsWork() {
    // When
    tick();
    tick();
    ticks.awake();
    // Then
    assertThat(ticked).isEqualTo(2);
    assertThat(intervals()).containsExactly(PACE);
  }

  @Test
  void slowsDownWhereThereIsNoneUntilARecordComes() {
    // When
    idle = true;
    tick();
    // Then
    assertThat(intervals()).containsExactly(Duration.ofSeconds(1));
    assertThat(alive().get(0).getStartTime()).as("as all tasks do").isEqualTo(Instant.EPOCH);
    // When
    tick();
    assertThat(intervals()).containsExactly(Duration.ofSeconds(1));
    ticks.awake();
    // Then
    assertThat(intervals()).containsExactly(PACE);
    assertThat(ticked).isEqualTo(2);
  }

  @Test
  void endsWithItsTask() {
    // When
    ticks.close();
    // Then
    assertThat(intervals()).isEmpty();
  }

  private void tick() {
    alive().get(0).getPunctuator().punctuate(0);
  }

  /** Of what is scheduled. */
  private List<Duration> intervals() {
    return alive().stream().map(CapturedPunctuator::getInterval).toList();
  }

  private List<CapturedPunctuator> alive() {
    return context.scheduledPunctuators().stream().filter(each -> !each.cancelled()).toList();
  }
}

package io.github.refragstreams.topology.internal.work;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * The ticks of one task: at its pace while it has work, once a second while it has none, which is
 * often enough to let go of what has become old. Kafka Streams commits after each of them, work or
 * not: an idle instance would commit all the time. Used by the task's thread.
 */
public final class Ticks implements AutoCloseable {
  private static final Duration IDLE = Duration.ofSeconds(1);

  private final ProcessorContext<?, ?> context;
  private final Duration pace;
  private final Duration idlePace;
  private final Runnable tick;
  private final BooleanSupplier idle;
  private Cancellable ticks;
  private boolean slow;

  /**
   * Starts at the pace.
   *
   * @param idle whether nobody waits for anything
   */
  public Ticks(ProcessorContext<?, ?> context, Duration pace, Runnable tick, BooleanSupplier idle) {
    this.context = context;
    this.pace = pace;
    this.idlePace = pace.compareTo(IDLE) < 0 ? IDLE : pace;
    this.tick = tick;
    this.idle = idle;
    this.ticks = every(pace);
  }

  /** A record has come. */
  public void awake() {
    if (slow) {
      change(false);
    }
  }

  @Override
  public void close() {
    ticks.cancel();
  }

  private void tick() {
    tick.run();
    if (!slow && idle.getAsBoolean()) {
      change(true);
    }
  }

  private void change(boolean toSlow) {
    ticks.cancel();
    slow = toSlow;
    ticks = toSlow ? whileIdle() : every(pace);
  }

  private Cancellable every(Duration interval) {
    return context.schedule(interval, PunctuationType.WALL_CLOCK_TIME, now -> tick());
  }

  /** At the same moments as all others: the tasks of a thread are committed together. */
  private Cancellable whileIdle() {
    return context.schedule(
        Instant.EPOCH, idlePace, PunctuationType.WALL_CLOCK_TIME, now -> tick());
  }
}

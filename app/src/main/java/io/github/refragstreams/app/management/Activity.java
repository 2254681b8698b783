package io.github.refragstreams.app.management;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Whether a part that has work gets on with it. Safe for use by many threads. */
final class Activity {
  private final LongSupplier nanos;
  private int pending;
  private long lastProgress;

  /**
   * @param nanos a clock in nanoseconds
   */
  Activity(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Work came. */
  synchronized void begin() {
    if (pending++ == 0) {
      lastProgress = nanos.getAsLong();
    }
  }

  /** Some of the work was done. */
  synchronized void progress() {
    lastProgress = nanos.getAsLong();
  }

  /** One piece of work is over, done or not. */
  synchronized void end() {
    pending--;
    progress();
  }

  /** How long nothing has been done although there is work; zero without work. */
  synchronized Duration stalled() {
    return pending == 0 ? Duration.ZERO : Duration.ofNanos(nanos.getAsLong() - lastProgress);
  }
}

package io.github.refragstreams.app.management;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether a part that has work gets on with it. One that fails does not, however often it is asked.
 * Safe for use by many threads.
 */
final class Activity {
  private final LongSupplier nanos;
  private int pending;

  /** Whether the last piece of work that ended has failed. */
  private boolean failing;

  private long lastProgress;

  /**
   * @param nanos a clock in nanoseconds
   */
  Activity(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Work came. */
  synchronized void begin() {
    if (pending++ == 0 && !failing) {
      lastProgress = nanos.getAsLong();
    }
  }

  /** Some of the work was done. */
  synchronized void progress() {
    failing = false;
    lastProgress = nanos.getAsLong();
  }

  /** One piece of work is done. */
  synchronized void done() {
    pending--;
    progress();
  }

  /** The part has failed on one piece of work. */
  synchronized void failed() {
    pending--;
    failing = true;
  }

  /** Nobody wants one piece of work any more. */
  synchronized void dropped() {
    pending--;
  }

  /** How long nothing has been done although there is work or was some that failed; else zero. */
  synchronized Duration stalled() {
    return pending == 0 && !failing
        ? Duration.ZERO
        : Duration.ofNanos(nanos.getAsLong() - lastProgress);
  }
}

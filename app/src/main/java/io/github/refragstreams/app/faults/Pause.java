package io.github.refragstreams.app.faults;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.errors.InterruptException;

/** Waiting, where a process's own time is the subject. */
final class Pause {
  private static final Duration STEP = Duration.ofMillis(20);

  private Pause() {}

  static void of(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** Waits for something; false when it did not come in time. */
  static boolean until(Duration most, BooleanSupplier holds) {
    long end = System.nanoTime() + most.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      of(STEP);
    }
    return true;
  }
}

package io.github.refragstreams.app.faults;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets a process wait in the middle of its work for what happens to it there: the first thread that
 * passes the armed phase says so, and waits until it is released. Safe for use by many threads.
 */
final class Checkpoints {
  private final Consumer<Phase> reached;
  private final Duration mostWait;

  private @Nullable Phase armed;
  private boolean waiting;

  /**
   * @param reached told of a thread that waits now
   * @param mostWait longest wait, should nothing happen
   */
  Checkpoints(Consumer<Phase> reached, Duration mostWait) {
    this.reached = reached;
    this.mostWait = mostWait;
  }

  synchronized void arm(Phase phase) {
    armed = phase;
  }

  synchronized void release() {
    armed = null;
    waiting = false;
    notifyAll();
  }

  /** Called where a phase is: returns at once unless that phase is armed. */
  synchronized void pass(Phase phase) {
    if (armed != phase || waiting) {
      return;
    }
    waiting = true;
    reached.accept(phase);
    long end = System.nanoTime() + mostWait.toNanos();
    try {
      for (long left = mostWait.toMillis();
          waiting && left > 0;
          left = (end - System.nanoTime()) / 1_000_000) {
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    armed = null;
    waiting = false;
  }
}

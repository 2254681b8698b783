package io.github.refragstreams.topology;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The end of an application that throws no work away: from its beginning on no answer is begun, and
 * those that are being generated come to theirs. What has not begun waits in the stores for whoever
 * has its partition next. One for all tasks of a topology. Safe for use by many threads.
 */
public final class Drain {
  @GuardedBy("this")
  private boolean begun;

  @GuardedBy("this")
  private int generating;

  /** From now on no answer is begun. */
  public synchronized void begin() {
    begun = true;
  }

  public synchronized boolean hasBegun() {
    return begun;
  }

  /** Answers that are being generated. */
  public synchronized int generating() {
    return generating;
  }

  /**
   * Waits until no answer is being generated.
   *
   * @param most longest wait
   * @return whether there is none
   * @throws InterruptedException when the thread is interrupted
   */
  public synchronized boolean await(Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    for (long left = most.toNanos(); generating > 0 && left > 0; left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return generating == 0;
  }

  /** For tasks: an answer is being generated. */
  public synchronized void add() {
    generating++;
  }

  /** For tasks: as many answers have left, or will never come, because their task is closed. */
  public synchronized void remove(int many) {
    generating -= many;
    notifyAll();
  }
}

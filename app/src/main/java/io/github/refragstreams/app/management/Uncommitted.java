package io.github.refragstreams.app.management;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Since when work has gone on without a commit: where each transaction ends before it is committed,
 * threads poll and process the same records again and again. A thread that cannot read a record,
 * because the registry is away, does no work: a new process would not read it either. Safe for use
 * by many threads.
 */
final class Uncommitted {
  private final LongSupplier nanos;
  private final long idleAfter;

  private double work;
  private double commits;

  /** When work was seen first since the last commit; meaningful while {@link #isWorking}. */
  private long workedSince;

  private long workedAt;
  private boolean isWorking;

  /**
   * @param idleAfter work that was seen longer ago is over: there was nothing to commit of it
   * @param nanos a clock in nanoseconds
   */
  Uncommitted(Duration idleAfter, LongSupplier nanos) {
    this.nanos = nanos;
    this.idleAfter = idleAfter.toNanos();
  }

  /**
   * How long work has gone on without a commit, as far as calls could tell.
   *
   * @param workNow a counter that changes with work, also when it falls
   * @param commitsNow a counter that rises with commits; where it falls, threads are gone
   */
  synchronized Duration since(double workNow, double commitsNow) {
    long now = nanos.getAsLong();
    if (commitsNow > commits) {
      isWorking = false;
    } else if (workNow != work) {
      workedSince = isWorking ? workedSince : now;
      workedAt = now;
      isWorking = true;
    } else if (isWorking && now - workedAt > idleAfter) {
      isWorking = false;
    }
    work = workNow;
    commits = commitsNow;
    return isWorking ? Duration.ofNanos(now - workedSince) : Duration.ZERO;
  }
}

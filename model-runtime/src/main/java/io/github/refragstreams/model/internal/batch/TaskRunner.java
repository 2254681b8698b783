package io.github.refragstreams.model.internal.batch;

import java.time.Duration;

/**
 * One thread's worth of work: tasks run one at a time, in order of their due times. Tests drive it
 * by hand.
 */
public interface TaskRunner extends AutoCloseable {
  /** A clock in nanoseconds, of any origin; never runs backwards. */
  long nanoTime();

  /** Runs the task soon. Ignored after {@link #close}. */
  void execute(Runnable task);

  /** Runs the task after the delay. Ignored after {@link #close}. */
  void schedule(Duration delay, Runnable task);

  /** Drops what has not started and waits for what has. */
  @Override
  void close();
}

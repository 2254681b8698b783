package io.github.refragstreams.model;

import io.github.refragstreams.model.internal.batch.TaskRunner;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Runs due tasks when the time is moved by hand. */
final class ManualRunner implements TaskRunner {
  private record Task(long due, Runnable body) {}

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::due));
  private long now;
  boolean closed;

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public void execute(Runnable task) {
    schedule(Duration.ZERO, task);
  }

  @Override
  public void schedule(Duration delay, Runnable task) {
    tasks.add(new Task(now + delay.toNanos(), task));
  }

  void advance(Duration by) {
    now += by.toNanos();
    while (!tasks.isEmpty() && tasks.peek().due <= now) {
      tasks.remove().body.run();
    }
  }

  /** Moves the time until nothing is left to run. */
  void runAll() {
    while (!tasks.isEmpty()) {
      advance(Duration.ofNanos(Math.max(0, tasks.peek().due - now)));
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}

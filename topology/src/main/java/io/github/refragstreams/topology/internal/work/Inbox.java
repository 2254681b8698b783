package io.github.refragstreams.topology.internal.work;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;

/**
 * What models have finished for one task. Any thread adds, the task's thread takes. A task that is
 * opened again gets a new inbox: what is late for the old one goes nowhere.
 */
public final class Inbox<E> {
  private final BlockingQueue<E> queue = new LinkedBlockingQueue<>();

  /** Called by the models' threads. */
  public void add(E event) {
    queue.add(event);
  }

  /**
   * Handles what is there, without waiting.
   *
   * @throws StreamsException when the handler fails: the record that is being processed at the
   *     moment is not to blame
   */
  public void drain(Consumer<E> handler) {
    for (E event = queue.poll(); event != null; event = queue.poll()) {
      handle(event, handler);
    }
  }

  /**
   * Handles what comes, until {@code room} holds or {@code longest} has passed: a task that is
   * behind slows down, and still commits in time.
   */
  public void drainUntil(BooleanSupplier room, Duration longest, Consumer<E> handler) {
    drain(handler);
    long start = System.nanoTime();
    while (!room.getAsBoolean()) {
      @Nullable E event = poll(longest.toNanos() - (System.nanoTime() - start));
      if (event == null) {
        return;
      }
      handle(event, handler);
    }
  }

  private @Nullable E poll(long nanos) {
    try {
      return queue.poll(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static <E> void handle(E event, Consumer<E> handler) {
    try {
      handler.accept(event);
    } catch (StreamsException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new StreamsException("finished work of a model could not be taken back", e);
    }
  }
}

package io.github.refragstreams.topology.internal.work;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;

/**
 * What models have finished for one task. Any thread adds, the task's thread takes.
 *
 * <p>A task that is behind may wait for the models, but all its records between two ticks together
 * no longer than one wait: however many of them are buffered, the task ticks and commits in time.
 */
public final class Inbox<E> {
  private final BlockingQueue<E> queue = new LinkedBlockingQueue<>();
  private final long mostWaitNanos;
  private final LongSupplier nanoClock;

  /** What is left of the wait until the next tick. */
  private long waitNanos;

  /**
   * @param mostWait longest wait of all records between two ticks
   */
  public Inbox(Duration mostWait) {
    this(mostWait, System::nanoTime);
  }

  Inbox(Duration mostWait, LongSupplier nanoClock) {
    this.mostWaitNanos = mostWait.toNanos();
    this.nanoClock = nanoClock;
    this.waitNanos = mostWaitNanos;
  }

  /** Called by the models' threads. */
  public void add(E event) {
    queue.add(event);
  }

  /**
   * At a tick: handles what is there, without waiting; the records that follow may wait again.
   *
   * @throws StreamsException when the handler fails: the record that is being processed at the
   *     moment is not to blame
   */
  public void tick(Consumer<E> handler) {
    waitNanos = mostWaitNanos;
    drain(handler);
  }

  /**
   * With a record: handles what is there, then what comes, until {@code room} holds or the wait is
   * used up.
   *
   * @throws StreamsException like {@link #tick}
   */
  public void awaitRoom(BooleanSupplier room, Consumer<E> handler) {
    drain(handler);
    long end = nanoClock.getAsLong() + waitNanos;
    while (waitNanos > 0 && !room.getAsBoolean()) {
      @Nullable E event = poll(waitNanos);
      waitNanos = end - nanoClock.getAsLong();
      if (event == null) {
        return;
      }
      handle(event, handler);
    }
  }

  private void drain(Consumer<E> handler) {
    for (E event = queue.poll(); event != null; event = queue.poll()) {
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

package io.github.refragstreams.app.client;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Lets one thread at a time do what may wait for the cluster. The others wait for their turn, but
 * not for ever, and no more than {@value #MOST_WAITING} of them; and from a failure on until
 * something succeeds, they do not wait at all: while the cluster is away, one thread finds out, and
 * a server has the rest of its threads for what needs no cluster. Safe for use by many threads.
 */
final class OneAtATime {
  /** Far fewer than a server has threads. */
  private static final int MOST_WAITING = 8;

  private final Duration longest;
  private final Semaphore waiting = new Semaphore(MOST_WAITING);
  private final ReentrantLock turn = new ReentrantLock();
  private volatile boolean away;

  /**
   * @param longest longest wait for one's turn
   */
  OneAtATime(Duration longest) {
    this.longest = longest;
  }

  /**
   * @throws BusyException when others have their turn for too long
   * @throws TimeoutException when they wait for the cluster in vain
   */
  <T> T call(Supplier<T> work) {
    if (!isOurs()) {
      throw away ? new TimeoutException("others wait for the cluster") : new BusyException();
    }
    try {
      T result = work.get();
      away = false;
      return result;
    } catch (KafkaException e) {
      away = true;
      throw e;
    } finally {
      turn.unlock();
    }
  }

  /** The last of all: waits for whoever is at work. */
  void close(Runnable work) {
    turn.lock();
    try {
      work.run();
    } finally {
      turn.unlock();
    }
  }

  private boolean isOurs() {
    if (turn.tryLock()) {
      return true;
    }
    if (away || !waiting.tryAcquire()) {
      return false;
    }
    try {
      return turn.tryLock(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } finally {
      waiting.release();
    }
  }
}

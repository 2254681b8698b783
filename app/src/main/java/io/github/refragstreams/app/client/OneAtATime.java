package io.github.refragstreams.app.client;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one thread at a time do what may wait for the cluster. The others wait for their turn, but
 * not for ever; and from a failure on until something succeeds, they do not wait at all: while the
 * cluster is away, one thread finds out, and a server has the rest of its threads for what needs no
 * cluster. Safe for use by many threads.
 */
final class OneAtATime {
  private static final Logger LOGGER = LoggerFactory.getLogger(OneAtATime.class);

  private final Duration longest;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile boolean away;

  /**
   * @param longest longest wait for one's turn
   */
  OneAtATime(Duration longest) {
    this.longest = longest;
  }

  /**
   * @throws TimeoutException when others keep the cluster busy, or wait for it in vain
   */
  <T> T call(Supplier<T> work) {
    if (!isOurs()) {
      throw new TimeoutException("others wait for the cluster");
    }
    try {
      T result = work.get();
      away = false;
      return result;
    } catch (KafkaException e) {
      if (!away) {
        LOGGER.atWarn().addKeyValue("failure", e.toString()).log("the cluster cannot be reached");
      }
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
    if (away) {
      return turn.tryLock();
    }
    try {
      return turn.tryLock(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}

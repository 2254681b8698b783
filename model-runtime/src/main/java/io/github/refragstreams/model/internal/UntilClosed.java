package io.github.refragstreams.model.internal;

import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelException.Kind;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Lets many threads use something native until it is closed: the close waits for the calls that
 * run, and later ones fail with TRANSIENT. Memory that is freed under a call takes the process with
 * it.
 */
public final class UntilClosed {
  private final String name;

  /** Read by calls, written by the close. */
  private final ReadWriteLock use = new ReentrantReadWriteLock();

  private boolean closed;

  /**
   * A use of it.
   *
   * @param <E> what it may throw
   */
  @FunctionalInterface
  public interface Call<T, E extends Exception> {
    T run() throws E;
  }

  /**
   * @param name what is used, for errors
   */
  public UntilClosed(String name) {
    this.name = name;
  }

  /**
   * @throws ModelException TRANSIENT when it is closed
   */
  public <T, E extends Exception> T use(Call<T, E> call) throws E {
    use.readLock().lock();
    try {
      if (closed) {
        throw new ModelException(Kind.TRANSIENT, name + " is closed");
      }
      return call.run();
    } finally {
      use.readLock().unlock();
    }
  }

  /** Closes it once nobody uses it. */
  public void close(Runnable release) {
    use.writeLock().lock();
    try {
      closed = true;
      release.run();
    } finally {
      use.writeLock().unlock();
    }
  }
}

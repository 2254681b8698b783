package io.github.refragstreams.model.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The one owner of native resources: what it is given it closes, last given first. All instances
 * together count what is open. For one thread at a time.
 */
public final class Natives implements AutoCloseable {
  private static final AtomicInteger OPEN = new AtomicInteger();

  private final Deque<AutoCloseable> owned = new ArrayDeque<>();

  /** Resources of the process that an owner has and has not closed yet. */
  public static int open() {
    return OPEN.get();
  }

  /** Takes ownership of {@code resource} and returns it. */
  public <T extends AutoCloseable> T own(T resource) {
    owned.push(resource);
    OPEN.incrementAndGet();
    return resource;
  }

  /** Closes everything, even when something fails to close; throws the first failure then. */
  @Override
  public void close() {
    IllegalStateException failure = null;
    while (!owned.isEmpty()) {
      try {
        owned.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("a native resource could not be closed", e);
        } else {
          failure.addSuppressed(e);
        }
      } finally {
        OPEN.decrementAndGet();
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}

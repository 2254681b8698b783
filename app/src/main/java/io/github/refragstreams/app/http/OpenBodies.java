package io.github.refragstreams.app.http;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds what the bodies of all open requests take together, in kibibytes. Safe for use by many
 * threads.
 */
final class OpenBodies {
  private static final int KIBIBYTE = 1_024;

  private final Semaphore free;

  /**
   * @param most bytes of all bodies
   */
  OpenBodies(long most) {
    this.free = new Semaphore(kibibytes(most));
  }

  /** Makes room for a body; empty where there is none. */
  Optional<Share> take(long bytes) {
    int size = kibibytes(bytes);
    return free.tryAcquire(size) ? Optional.of(new Share(size)) : Optional.empty();
  }

  private static int kibibytes(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, (bytes + KIBIBYTE - 1) / KIBIBYTE);
  }

  /** What one request holds. */
  final class Share {
    private final AtomicInteger held;

    private Share(int held) {
      this.held = new AtomicInteger(held);
    }

    /** The body has arrived, and may be smaller than it could have been. */
    void shrink(long bytes) {
      int size = kibibytes(bytes);
      int before = held.getAndUpdate(now -> Math.min(now, size));
      free.release(Math.max(0, before - size));
    }

    /** The request is answered. */
    void giveBack() {
      free.release(held.getAndSet(0));
    }
  }
}

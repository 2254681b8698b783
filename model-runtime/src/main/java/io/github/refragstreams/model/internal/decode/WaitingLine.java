package io.github.refragstreams.model.internal.decode;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelException.Kind;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for a row.
 *
 * <p>Promises: (1) nobody is overtaken: of two that wait, the one that came first is the first to
 * be taken, whatever room it needs, so each waits for those before it alone; (2) what is over takes
 * no place; (3) each that was accepted is taken once, drained once, or over before; (4) only {@link
 * #await} waits; (5) no foreign code runs under the lock.
 *
 * <p>For many threads that add and one that takes.
 */
final class WaitingLine {
  private final int most;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final ArrayDeque<Request> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private boolean closed;

  /**
   * @param most most requests that wait
   */
  WaitingLine(int most) {
    this.most = most;
  }

  /**
   * @throws ModelException BUSY when the line is full, TRANSIENT when it is closed
   */
  void add(Request request) {
    synchronized (lock) {
      if (closed) {
        throw closing();
      }
      waiting.removeIf(Request::isOver);
      if (waiting.size() >= most) {
        throw new ModelException(
            Kind.BUSY, waiting.size() + " answers wait for the decoder; it takes no more");
      }
      waiting.addLast(request);
      lock.notifyAll();
    }
  }

  /** Who has waited longest. */
  @Nullable Request first() {
    synchronized (lock) {
      waiting.removeIf(Request::isOver);
      return waiting.peekFirst();
    }
  }

  /** Takes the {@link #first} one; false when it has left meanwhile. */
  boolean take(Request first) {
    synchronized (lock) {
      return waiting.remove(first);
    }
  }

  int size() {
    synchronized (lock) {
      return waiting.size();
    }
  }

  boolean isClosed() {
    synchronized (lock) {
      return closed;
    }
  }

  /** Waits until somebody does, or the line is closed. */
  void await() throws InterruptedException {
    synchronized (lock) {
      while (!closed && waiting.isEmpty()) {
        lock.wait();
      }
    }
  }

  /** Takes no more. */
  void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
  }

  /** Who is left when it is closed; each is handed out once. */
  List<Request> drain() {
    synchronized (lock) {
      List<Request> left = List.copyOf(waiting);
      waiting.clear();
      return left;
    }
  }

  /** What is left unfinished fails with that. */
  static ModelException closing() {
    return new ModelException(Kind.TRANSIENT, "the decoder is closing");
  }
}

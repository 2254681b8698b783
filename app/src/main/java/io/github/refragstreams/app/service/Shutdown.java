package io.github.refragstreams.app.service;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * What is done before the process ends by Ctrl-C or SIGTERM.
 *
 * <p>No shutdown hook of the JVM: these run side by side, and ONNX Runtime frees itself in one of
 * its own. A model's call that is going on then crashes the process. Here everything is closed
 * first, and the JVM is told to end afterwards. A second signal ends it at once.
 */
public final class Shutdown {
  private static final int SIGNALLED = 128;

  /** Last one first; null until signals are handled. */
  private static @Nullable Deque<Runnable> actions;

  private static boolean begun;

  private Shutdown() {}

  /** Handles signals from now on, where the platform lets it: to be called once, at the start. */
  public static synchronized void handleSignals() {
    try {
      Signal.handle(new Signal("INT"), Shutdown::come);
      Signal.handle(new Signal("TERM"), Shutdown::come);
      actions = new ArrayDeque<>();
    } catch (IllegalArgumentException e) {
      // With -Xrs the JVM leaves signals alone; hooks of the JVM have to do.
    }
  }

  /**
   * @param action may be called on another thread, also when its work has been done already; is
   *     called now when a signal has come
   */
  public static void before(Runnable action) {
    synchronized (Shutdown.class) {
      if (actions == null) {
        Runtime.getRuntime().addShutdownHook(new Thread(action, "refrag-shutdown"));
        return;
      }
      if (!begun) {
        actions.push(action);
        return;
      }
    }
    action.run();
  }

  /** Ends the process: with this status, or as a signal that has come wants it. */
  public static void exit(int status) {
    while (hasBegun()) {
      LockSupport.park();
    }
    System.exit(status);
  }

  /** Whether a signal has come. */
  public static synchronized boolean hasBegun() {
    return begun;
  }

  private static void come(Signal signal) {
    int status = SIGNALLED + signal.getNumber();
    synchronized (Shutdown.class) {
      if (begun) {
        Runtime.getRuntime().halt(status);
      }
      begun = true;
    }
    Thread ending = new Thread(() -> end(status), "refrag-shutdown");
    // Signals come on a daemon thread: a daemon it would be too, cut off when the main thread ends.
    ending.setDaemon(false);
    ending.start();
  }

  private static void end(int status) {
    try {
      for (Runnable action = next(); action != null; action = next()) {
        try {
          action.run();
        } catch (RuntimeException e) {
          // The others are closed all the same. No constant: this class is loaded before logging is
          // set up.
          LoggerFactory.getLogger(Shutdown.class)
              .error("something could not be closed in good order", e);
        }
      }
    } finally {
      System.exit(status);
    }
  }

  private static synchronized @Nullable Runnable next() {
    return actions == null ? null : actions.poll();
  }
}

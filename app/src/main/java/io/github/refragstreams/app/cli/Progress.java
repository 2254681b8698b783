package io.github.refragstreams.app.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import picocli.CommandLine.Help.Ansi;

/** Says on standard error what is going on, so that standard output holds results only. */
final class Progress {
  private final PrintWriter err;

  Progress(PrintWriter err) {
    this.err = err;
  }

  /** Announces a step, does it, and says how long it took. */
  <T> T step(String what, Supplier<T> work) {
    long start = System.nanoTime();
    if (LogLevels.isJson()) {
      T result = work.get();
      say(what + ": " + seconds(start));
      return result;
    }
    err.print("refrag: " + what + " ... ");
    err.flush();
    T result;
    try {
      result = work.get();
    } catch (RuntimeException e) {
      err.println();
      throw e;
    }
    err.println(seconds(start));
    return result;
  }

  private static String seconds(long start) {
    return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - start) / 1e9);
  }

  /**
   * Shows how far counted work is.
   *
   * @param what is counted, in plural
   * @param total at least 1
   */
  IntConsumer count(String what, int total) {
    return new ProgressBar(err, Ansi.AUTO.enabled(), System::nanoTime, what, total);
  }

  /** A line of its own. */
  void say(String line) {
    new Notices(err).say(line);
  }
}

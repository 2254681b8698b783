package io.github.refragstreams.app.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * How far counted work is, and about how long the rest takes: on a terminal in one line that is
 * drawn again and again, elsewhere a line for every tenth of it. For one thread.
 */
final class ProgressBar implements IntConsumer {
  private static final int WIDTH = 24;

  /** To the start of the line, and clear it (ECMA-48, EL). */
  private static final String AGAIN = "\r\u001b[K";

  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier nanos;
  private final String what;
  private final int total;
  private final long start;

  /**
   * @param what is counted, in plural
   * @param total at least 1
   */
  ProgressBar(PrintWriter err, boolean terminal, LongSupplier nanos, String what, int total) {
    this.err = err;
    this.terminal = terminal;
    this.nanos = nanos;
    this.what = what;
    this.total = total;
    this.start = nanos.getAsLong();
  }

  /**
   * @param done 1 to the total, rising by 1
   */
  @Override
  public void accept(int done) {
    if (terminal) {
      err.print(AGAIN + bar(done) + line(done) + (done == total ? "\n" : ""));
      err.flush();
    } else if (tenth(done) > tenth(done - 1)) {
      err.println("refrag: " + line(done));
      err.flush();
    }
  }

  private int tenth(int done) {
    return (int) (10L * done / total);
  }

  private String bar(int done) {
    int filled = (int) ((long) WIDTH * done / total);
    return "[" + "#".repeat(filled) + "-".repeat(WIDTH - filled) + "] ";
  }

  private String line(int done) {
    Duration spent = Duration.ofNanos(nanos.getAsLong() - start);
    Duration left = spent.multipliedBy(total - done).dividedBy(done);
    String time = done == total ? "in " + text(spent) : "about " + text(left) + " left";
    return done + "/" + total + " " + what + ", " + time;
  }

  private static String text(Duration time) {
    return String.format(Locale.ROOT, "%d:%02d min", time.toMinutes(), time.toSecondsPart());
  }
}

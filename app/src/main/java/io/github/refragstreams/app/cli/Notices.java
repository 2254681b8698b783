package io.github.refragstreams.app.cli;

import java.io.PrintWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the program itself says on standard error: lines for people, and where the log is for
 * machines, objects of it, so that no other line is among these.
 */
final class Notices {
  /** {@code logback.xml} lets it through whatever else is logged. */
  private static final Logger LOGGER = LoggerFactory.getLogger("refrag");

  private final PrintWriter err;

  Notices(PrintWriter err) {
    this.err = err;
  }

  /** What is going on. */
  void say(String line) {
    if (LogLevels.isJson()) {
      LOGGER.info(line);
    } else {
      print(line);
    }
  }

  /** Why it ends. */
  void fail(String line) {
    if (LogLevels.isJson()) {
      LOGGER.error(line);
    } else {
      print(line);
    }
  }

  private void print(String line) {
    err.println("refrag: " + line);
    err.flush();
  }
}

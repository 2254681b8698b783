package io.github.refragstreams.app.cli;

import java.util.List;

/**
 * How much is logged, decided before the first logger exists. A service logs what an operator wants
 * to know; a command has its progress lines and stays quiet. {@code logback.xml} reads the
 * properties.
 */
final class LogLevels {
  private static final String OURS = "refrag.log.level";
  private static final String KAFKA = "refrag.log.kafka.level";

  private LogLevels() {}

  static void choose(List<String> arguments) {
    boolean service = arguments.contains("run");
    boolean debug = arguments.contains("--debug");
    set(OURS, debug ? "DEBUG" : service ? "INFO" : "WARN");
    set(KAFKA, debug || service ? "WARN" : "ERROR");
  }

  private static void set(String property, String level) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, level);
    }
  }
}

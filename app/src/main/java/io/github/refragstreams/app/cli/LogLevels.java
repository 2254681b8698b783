package io.github.refragstreams.app.cli;

import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * How much is logged and in which form, decided before the first logger exists. A service logs what
 * an operator wants to know; a command has its progress lines and stays quiet. {@code logback.xml}
 * reads the properties.
 */
final class LogLevels {
  /** Option for logs that machines read. */
  static final String JSON = "--json-logs";

  private static final String FORMAT = "refrag.log.format";
  private static final String OURS = "refrag.log.level";
  private static final String KAFKA = "refrag.log.kafka.level";

  /** Commands that go on until they are told to stop. */
  private static final Set<String> SERVICES = Set.of("run", "api", "console");

  /** Kept, because the JDK forgets the levels of loggers that nobody holds. */
  private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

  private LogLevels() {}

  static void choose(List<String> arguments) {
    boolean service = isService(arguments);
    boolean debug = arguments.contains("--debug");
    set(FORMAT, arguments.contains(JSON) ? "json" : "text");
    set(OURS, debug ? "DEBUG" : service ? "INFO" : "WARN");
    // Lucene recommends flags and versions that gain nothing for a few thousand passages.
    LUCENE.setLevel(debug ? Level.INFO : Level.SEVERE);
    set(KAFKA, debug || service ? "WARN" : "ERROR");
  }

  /** The first argument that is no option names the command. */
  private static boolean isService(List<String> arguments) {
    return arguments.stream()
        .filter(argument -> !argument.startsWith("-"))
        .findFirst()
        .filter(SERVICES::contains)
        .isPresent();
  }

  /** Whether machines read the log. */
  static boolean isJson() {
    return "json".equals(System.getProperty(FORMAT));
  }

  private static void set(String property, String level) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, level);
    }
  }
}

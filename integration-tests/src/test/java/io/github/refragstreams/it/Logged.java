package io.github.refragstreams.it;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged from now on, by us to the last detail and by Kafka; the console is spared it. */
final class Logged extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private static final Map<String, Level> LEVELS =
      Map.of("io.github.refragstreams", Level.ALL, "org.apache.kafka", Level.INFO);

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Map<Logger, Level> before = new HashMap<>();

  Logged() {
    start();
    LEVELS.forEach(
        (name, level) -> {
          Logger logger = (Logger) LoggerFactory.getLogger(name);
          before.put(logger, logger.getLevel());
          logger.setLevel(level);
          logger.setAdditive(false);
          logger.addAppender(this);
        });
  }

  /** One text per event: message, key-value pairs and the whole stack. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  protected void append(ILoggingEvent event) {
    String line = event.getLoggerName() + " " + event.getFormattedMessage();
    if (event.getKeyValuePairs() != null) {
      line += " " + event.getKeyValuePairs();
    }
    if (event.getThrowableProxy() != null) {
      line += "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
    }
    lines.add(line);
  }

  @Override
  public void close() {
    before.forEach(
        (logger, level) -> {
          logger.detachAppender(this);
          logger.setAdditive(true);
          logger.setLevel(level);
        });
    stop();
  }
}

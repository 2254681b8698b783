package io.github.refragstreams.app.service;

import java.time.Duration;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code answer.duplicate-window} that a state folder was made with. A window store has its
 * records in segments, as long as its window says: one that is opened with another window looks for
 * them where they are not, and a part of what was answered would be answered again. So the stores
 * are restored from the cluster then.
 */
final class KeptWindow {
  private static final Logger LOGGER = LoggerFactory.getLogger(KeptWindow.class);
  private static final String FILE = "refrag-duplicate-window";

  private KeptWindow() {}

  /**
   * @param streams not started yet
   */
  static void keep(Duration window, StreamsConfig config, KafkaStreams streams) {
    StateFile file = StateFile.of(config, FILE);
    String now = window.toString();
    String before = file.read().orElse(now);
    if (!before.equals(now)) {
      LOGGER
          .atInfo()
          .addKeyValue("before", before)
          .addKeyValue("now", now)
          .log("answer.duplicate-window has changed; all stores are restored");
      streams.cleanUp();
    }
    file.write(now);
  }
}

package io.github.refragstreams.app.service;

import io.github.refragstreams.app.config.AppConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.StreamsConfig;

/** A short text in an instance's state folder, where it stays with the state. */
record StateFile(Path folder, String name) {

  /**
   * @param kafka settings that go before those of the configuration
   */
  static StateFile of(AppConfig config, Map<String, String> kafka, String name) {
    String folder =
        new StreamsConfig(config.streams(kafka)).getString(StreamsConfig.STATE_DIR_CONFIG);
    return new StateFile(Path.of(folder, config.applicationId()), name);
  }

  /** Empty where there is none yet. */
  Optional<String> read() {
    Path path = folder.resolve(name);
    try {
      return Files.exists(path) ? Optional.of(Files.readString(path).strip()) : Optional.empty();
    } catch (IOException e) {
      throw new ServiceException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** As a whole or not at all: a crash leaves no half of it. */
  void write(String text) {
    Path path = folder.resolve(name);
    try {
      Files.createDirectories(folder);
      Path whole = Files.createTempFile(folder, name, null);
      Files.writeString(whole, text);
      Files.move(whole, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new ServiceException(path + " cannot be written: " + e.getMessage(), e);
    }
  }
}

package io.github.refragstreams.app.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.apache.kafka.streams.StreamsConfig;

/** A short text in an instance's state folder, where it stays with the state. */
record StateFile(Path folder, String name) {

  static StateFile of(StreamsConfig config, String name) {
    Path folder =
        Path.of(
            config.getString(StreamsConfig.STATE_DIR_CONFIG),
            config.getString(StreamsConfig.APPLICATION_ID_CONFIG));
    return new StateFile(folder, name);
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

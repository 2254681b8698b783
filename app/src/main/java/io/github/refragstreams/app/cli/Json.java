package io.github.refragstreams.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.app.data.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Output for machines. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** On one line. */
  static String line(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Over several lines, as a file.
   *
   * @throws BadInputException when the file cannot be written
   */
  static void write(Path file, Object value) {
    try {
      Files.writeString(
          file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n");
    } catch (IOException e) {
      throw notWritable(file, e);
    }
  }

  static BadInputException notWritable(Path file, IOException cause) {
    return new BadInputException(file + ": cannot be written: " + cause.getMessage(), cause);
  }
}

package io.github.refragstreams.app.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values that stand elsewhere: <code>${file:PATH}</code> is what the file holds without the line
 * end after it, <code>${env:NAME}</code> a variable of the environment.
 */
final class References {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(file|env):([^{}]*)}");
  private static final long MOST_BYTES = 1 << 20;

  private final Map<String, String> environment;

  References(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Whether a value is one reference as a whole. */
  static boolean isReference(String written) {
    return REFERENCE.matcher(written).matches();
  }

  /**
   * The value with everything in it that stands elsewhere.
   *
   * @throws IllegalArgumentException naming a file or variable that is not there
   */
  Object resolve(Object written) {
    if (written instanceof List<?> list) {
      return list.stream().map(this::resolve).toList();
    }
    return written instanceof String text ? resolve(text) : written;
  }

  private String resolve(String text) {
    return REFERENCE
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(value(found.group(1), found.group(2))));
  }

  private String value(String kind, String name) {
    if (kind.equals("file")) {
      return content(Path.of(name));
    }
    String value = environment.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "refers to environment variable '" + name + "', which is not set");
    }
    return value;
  }

  private static String content(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new IllegalArgumentException(
            "refers to file '" + file + "', which is larger than " + MOST_BYTES + " bytes");
      }
      return Files.readString(file).replaceFirst("\\r?\\n\\z", "");
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("refers to file '" + file + "', which does not exist", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "refers to file '" + file + "', which cannot be read as text", e);
    }
  }
}

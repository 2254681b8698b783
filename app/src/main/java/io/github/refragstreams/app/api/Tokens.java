package io.github.refragstreams.app.api;

import io.github.refragstreams.app.config.HttpConfig;
import io.github.refragstreams.app.config.InvalidConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The bearer tokens of the configuration. Errors never repeat one. */
final class Tokens {
  private static final int LEAST_CHARS = 16;

  private Tokens() {}

  /**
   * @return at least one
   * @throws InvalidConfigException when a token is too short to be a secret, or there is none
   */
  static List<String> read(HttpConfig.Access access) {
    List<String> tokens = new ArrayList<>();
    access.token().ifPresent(token -> tokens.add(checked("http.token", token.strip())));
    access.tokensFile().ifPresent(file -> tokens.addAll(fromFile(Path.of(file))));
    return tokens;
  }

  private static List<String> fromFile(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new InvalidConfigException(
          "http.tokens-file is '" + file + "', which cannot be read (" + e.getMessage() + ")");
    }
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        tokens.add(checked(file + ":" + (i + 1), line));
      }
    }
    if (tokens.isEmpty()) {
      throw new InvalidConfigException("http.tokens-file is '" + file + "', which holds no token");
    }
    return tokens;
  }

  private static String checked(String where, String token) {
    if (token.length() < LEAST_CHARS) {
      throw new InvalidConfigException(
          where
              + " is a token of "
              + token.length()
              + " characters; expected at least "
              + LEAST_CHARS);
    }
    return token;
  }
}

package io.github.refragstreams.app.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line for a shell, as far as documentation writes any. */
public final class ShellLine {
  /** The program by its path, in an image, or in a container. */
  private static final Pattern PROGRAM =
      Pattern.compile("(?:^|[\\s(])(?:\\.{1,2}/refrag|refrag:[\\w.-]+|\\S*/refrag\\.args)(?=\\s)");

  private ShellLine() {}

  /** Arguments of the program where the line runs it. */
  public static Optional<List<String>> arguments(String line) {
    Matcher program = PROGRAM.matcher(line);
    return program.find() ? Optional.of(words(line.substring(program.end()))) : Optional.empty();
  }

  /** The words of one command: up to its end, to a redirection or to a comment. */
  public static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean started = false;
    char quote = 0;
    for (char c : (line + " ").toCharArray()) {
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        started = true;
      } else if (Character.isWhitespace(c)) {
        if (started) {
          words.add(word.toString());
        }
        word.setLength(0);
        started = false;
      } else if ("|;&<>)".indexOf(c) >= 0 || (c == '#' && !started)) {
        if (started) {
          words.add(word.toString());
        }
        return words;
      } else {
        word.append(c);
        started = true;
      }
    }
    return words;
  }
}

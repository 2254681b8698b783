package io.github.refragstreams.topology.internal.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Splits documents into passages: paragraphs, that is what stands between blank lines, without the
 * white space around them. A paragraph that is too long is cut after the last white space that
 * leaves it short enough.
 */
final class DocumentSplitter {
  /** Atomic: what may be given back of a CRLF would be taken for a line of its own. */
  private static final Pattern BLANK_LINES = Pattern.compile("(?>\\R)\\h*(?>\\R)\\s*");

  private DocumentSplitter() {}

  /**
   * @param maxChars most UTF-16 code units of a passage, at least 2
   */
  static List<String> split(String text, int maxChars) {
    List<String> passages = new ArrayList<>();
    for (String paragraph : BLANK_LINES.split(text.strip(), -1)) {
      String rest = paragraph.strip();
      while (rest.length() > maxChars) {
        int end = cut(rest, maxChars);
        add(passages, rest.substring(0, end));
        rest = rest.substring(end).strip();
      }
      add(passages, rest);
    }
    return passages;
  }

  private static int cut(String text, int maxChars) {
    for (int end = maxChars; end > 0; end--) {
      if (Character.isWhitespace(text.charAt(end))) {
        return end;
      }
    }
    // Never between the two halves of a character.
    return Character.isHighSurrogate(text.charAt(maxChars - 1)) ? maxChars - 1 : maxChars;
  }

  private static void add(List<String> passages, String passage) {
    String stripped = passage.strip();
    if (!stripped.isEmpty()) {
      passages.add(stripped);
    }
  }
}

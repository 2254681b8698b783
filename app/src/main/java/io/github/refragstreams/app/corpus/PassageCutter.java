package io.github.refragstreams.app.corpus;

import io.github.refragstreams.app.data.Passage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a document into passages: as many paragraphs under one heading as fit, one on each line, so
 * that a passage has no blank line and is one paragraph where it is published as a document. A
 * paragraph that is too long is cut behind a sentence, else at white space.
 *
 * <p>A passage's title is that of its document, and the heading above it: {@code "Handbook -
 * Holidays"}.
 */
final class PassageCutter {
  private static final int LONGEST_TITLE = 120;
  private static final String SEPARATOR = " - ";

  private final String name;
  private final int most;
  private final String document;
  private final List<Passage> passages = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private @Nullable String heading;

  private PassageCutter(String name, int most, String document) {
    this.name = name;
    this.most = most;
    this.document = document;
  }

  /**
   * @param name of the file: passages are {@code name#0}, {@code name#1} and so on
   * @param most characters of a passage, at least 2
   */
  static List<Passage> cut(String name, DocumentText document, int most) {
    String title = document.title();
    PassageCutter cutter =
        new PassageCutter(name, most, brief(title == null || title.isBlank() ? stem(name) : title));
    document.blocks().forEach(cutter::add);
    cutter.endPassage();
    return cutter.passages;
  }

  private void add(Block block) {
    if (block.heading()) {
      endPassage();
      heading = brief(block.text());
      return;
    }
    // A paragraph may be a whole file: what is left of it is never copied.
    String paragraph = block.text().strip();
    int start = 0;
    while (start < paragraph.length()) {
      int end = paragraph.length() - start <= most ? paragraph.length() : end(paragraph, start);
      addPart(paragraph.substring(start, end).strip());
      start = behindSpace(paragraph, end);
    }
  }

  private static int behindSpace(String text, int from) {
    int behind = from;
    while (behind < text.length() && Character.isWhitespace(text.charAt(behind))) {
      behind++;
    }
    return behind;
  }

  private void addPart(String part) {
    if (text.length() + 1 + part.length() > most) {
      endPassage();
    }
    text.append(text.isEmpty() ? "" : "\n").append(part);
  }

  private void endPassage() {
    if (!text.isEmpty()) {
      passages.add(new Passage(name + "#" + passages.size(), title(), text.toString(), name));
      text.setLength(0);
    }
  }

  private String title() {
    return heading == null || heading.equals(document) ? document : document + SEPARATOR + heading;
  }

  /**
   * Where the part that starts there ends, if it is too long: not before its half, if that can be.
   */
  private int end(String text, int start) {
    int space = start;
    for (int end = start + most; end > start + most / 2; end--) {
      if (Character.isWhitespace(text.charAt(end))) {
        if (".!?".indexOf(text.charAt(end - 1)) >= 0) {
          return end;
        }
        space = Math.max(space, end);
      }
    }
    if (space > start) {
      return space;
    }
    // Never between the two halves of a character.
    int end = start + most;
    return Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end;
  }

  private static String brief(String title) {
    String line = title.replaceAll("\\s+", " ").strip();
    if (line.length() <= LONGEST_TITLE) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(LONGEST_TITLE - 1)) ? 1 : 0;
    return line.substring(0, LONGEST_TITLE - end).strip();
  }

  /** The file's name without its folders and its ending. */
  private static String stem(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    int dot = last.lastIndexOf('.');
    return dot <= 0 ? last : last.substring(0, dot);
  }
}

package io.github.refragstreams.model.internal.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Splits text into words that can be compared: runs of letters and digits, and each ideograph by
 * itself (such scripts write no spaces). Stemming keeps the first six letters, which needs no rules
 * per language; numbers stay whole.
 */
public final class Words {
  private static final int STEM = 6;
  private static final Set<String> STOP =
      Set.of(
          ("a an and are as at be been by did do does for from had has have how in into is it its many"
                  + " much name not of on or that the this to was were what when where which who whom"
                  + " whose why with")
              .split(" "));

  private Words() {}

  /** The words of {@code text} in reading order. */
  public static List<Word> of(String text) {
    List<Word> words = new ArrayList<>();
    int start = -1;
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      int next = at + Character.charCount(point);
      boolean ideograph = Character.isIdeographic(point);
      boolean inside = !ideograph && (Character.isLetterOrDigit(point) || joins(point, start));
      if (inside && start < 0) {
        start = at;
      } else if (!inside && start >= 0) {
        words.add(word(text, start, at));
        start = -1;
      }
      if (ideograph) {
        words.add(new Word(text.substring(at, next), false, at, next));
      }
      at = next;
    }
    if (start >= 0) {
      words.add(word(text, start, text.length()));
    }
    return words;
  }

  /**
   * Distinct terms that are no stop words, in reading order; all terms when there are no others.
   */
  public static Set<String> terms(String text) {
    List<Word> words = of(text);
    Set<String> terms = new LinkedHashSet<>();
    for (Word word : words) {
      if (!word.stop()) {
        terms.add(word.term());
      }
    }
    if (terms.isEmpty()) {
      words.forEach(word -> terms.add(word.term()));
    }
    return terms;
  }

  /** Combining marks belong to the word that they follow. */
  private static boolean joins(int point, int start) {
    return start >= 0 && Character.getType(point) == Character.NON_SPACING_MARK;
  }

  private static Word word(String text, int start, int end) {
    String plain = plain(text.substring(start, end));
    return new Word(stem(plain), STOP.contains(plain), start, end);
  }

  private static String plain(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    if (lower.chars().allMatch(c -> c < 128)) {
      return lower;
    }
    StringBuilder bare = new StringBuilder(lower.length());
    Normalizer.normalize(lower, Normalizer.Form.NFKD)
        .codePoints()
        .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
        .forEach(bare::appendCodePoint);
    return bare.isEmpty() ? lower : bare.toString();
  }

  private static String stem(String word) {
    boolean number = word.chars().anyMatch(Character::isDigit);
    return number || word.codePointCount(0, word.length()) <= STEM
        ? word
        : word.substring(0, word.offsetByCodePoints(0, STEM));
  }
}

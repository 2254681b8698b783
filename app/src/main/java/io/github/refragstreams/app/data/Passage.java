package io.github.refragstreams.app.data;

import org.jspecify.annotations.Nullable;

/**
 * A passage of a corpus.
 *
 * @param pid identifies it in its corpus
 * @param title title of its document
 * @param text its text
 * @param sourceUri where it comes from, for people
 */
public record Passage(String pid, @Nullable String title, String text, @Nullable String sourceUri) {
  public Passage(String pid, @Nullable String title, String text) {
    this(pid, title, text, null);
  }

  @Override
  public String toString() {
    return "Passage[pid=" + pid + ", chars=" + text.length() + "]";
  }
}

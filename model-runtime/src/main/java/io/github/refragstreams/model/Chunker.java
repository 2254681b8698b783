package io.github.refragstreams.model;

import org.jspecify.annotations.Nullable;

/**
 * Cuts passages into chunks of k tokens, with the characters that each token covers. Safe for use
 * by many threads.
 */
public final class Chunker {
  private final Tokenizer tokenizer;

  public Chunker(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** The text that the models read of a passage. */
  public static String readText(@Nullable String title, String text) {
    return title == null || title.isEmpty() ? text : title + ": " + text;
  }

  /**
   * @param chunkTokens k, at least 1
   * @return the chunks; none when both title and text are empty
   */
  public ChunkedText chunk(@Nullable String title, String text, int chunkTokens) {
    String read = readText(title, text);
    Tokenizer.Tokens tokens = tokenizer.tokenize(read);
    return new ChunkedText(chunkTokens, tokens.ids(), tokens.ends(), read.length() - text.length());
  }
}

package io.github.refragstreams.model;

/** The bundle's tokenizer. Safe for use by many threads. */
public interface Tokenizer {
  /**
   * Token ids with end offsets.
   *
   * @param ids n token ids, no special tokens added
   * @param ends n end offsets in the text, exclusive, UTF-16 code units, not decreasing, the last
   *     one the text's length
   */
  record Tokens(int[] ids, int[] ends) {}

  /**
   * Special tokens written out in {@code text} are read as plain text: input cannot forge the
   * prompt's structure.
   */
  Tokens tokenize(String text);

  /**
   * Text of the ids, special tokens left out; an incomplete character at the end becomes U+FFFD.
   */
  String decode(int[] ids);
}

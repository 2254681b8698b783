package io.github.refragstreams.model.internal.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;

/**
 * The tokenizer of a sentence encoder, whatever its kind, with the special tokens that the model
 * was trained with. Safe for use by many threads; close it after the last use.
 */
public final class SentenceTokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;

  private SentenceTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * @param json content of {@code tokenizer.json}; what it says of padding and truncation does not
   *     count
   * @param maxTokens most ids of a text, special ones included
   * @throws IllegalArgumentException when it is no tokenizer
   */
  public static SentenceTokenizer of(byte[] json, int maxTokens) {
    try {
      return new SentenceTokenizer(
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(json),
              Map.of(
                  "padding",
                  "false",
                  "truncation",
                  "true",
                  "maxLength",
                  String.valueOf(maxTokens),
                  "modelMaxLength",
                  String.valueOf(maxTokens))));
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("tokenizer.json cannot be read", e);
    }
  }

  /** Ids of a text. */
  public long[] ids(String text) {
    return tokenizer.encode(text, true, false).getIds();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}

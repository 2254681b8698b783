package io.github.refragstreams.app.faults;

import io.github.refragstreams.model.Tokenizer;
import java.util.Arrays;

/**
 * One token per UTF-16 code unit: models without a vocabulary, whose prompts can be read back
 * without loss.
 */
public final class CharacterTokenizer implements Tokenizer {
  @Override
  public Tokens tokenize(String text) {
    int[] ends = new int[text.length()];
    Arrays.setAll(ends, i -> i + 1);
    return new Tokens(text.chars().toArray(), ends);
  }

  @Override
  public String decode(int[] ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append((char) id);
    }
    return text.toString();
  }
}

package io.github.refragstreams.it;

import io.github.refragstreams.model.Tokenizer;
import java.util.Arrays;

/** One token per UTF-16 code unit. */
final class CharacterTokenizer implements Tokenizer {
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

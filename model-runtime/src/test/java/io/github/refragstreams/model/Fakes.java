package io.github.refragstreams.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Deterministic neighbours of the classes under test. */
final class Fakes {
  static final int DIMENSION = 4;

  private Fakes() {}

  /** One token per UTF-16 code unit. */
  static final class CharTokenizer implements Tokenizer {
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

  /** Head "HEAD", tail "TAIL", labels "[1] ", questions "?...". */
  static PromptTemplate template() {
    return template("");
  }

  /**
   * @param opening stands between head and passages
   */
  static PromptTemplate template(String opening) {
    CharTokenizer tokenizer = new CharTokenizer();
    return new PromptTemplate(
        tokenizer,
        new PromptTemplate.Texts(opening, "\n", "[{number}] ", "?{question}"),
        tokenizer.tokenize("HEAD").ids(),
        tokenizer.tokenize("TAIL").ids());
  }

  static PassageContext passage(String id, int rank, @Nullable String title, String text, int k) {
    return passage(id, rank, null, title, text, k);
  }

  static PassageContext passage(
      String id, int rank, @Nullable Double score, @Nullable String title, String text, int k) {
    ChunkedText chunks = new Chunker(new CharTokenizer()).chunk(title, text, k);
    return new PassageContext(id, rank, score, title, text, chunks, vectors(chunks));
  }

  /** Row c holds the ids' sum of chunk c, which tells chunks apart. */
  static ChunkVectors vectors(ChunkedText chunks) {
    float[] values = new float[chunks.chunks() * DIMENSION];
    for (int c = 0; c < chunks.chunks(); c++) {
      Arrays.fill(
          values, c * DIMENSION, (c + 1) * DIMENSION, Arrays.stream(chunks.chunkIds(c)).sum());
    }
    return ChunkVectors.ofFloats(chunks.chunks(), DIMENSION, values);
  }

  /** Reads a prompt back: characters, and {@code #} for each compressed chunk. */
  static String read(Prompt prompt) {
    StringBuilder text = new StringBuilder();
    for (Segment segment : prompt.segments()) {
      if (segment instanceof Segment.Tokens tokens) {
        text.append(new CharTokenizer().decode(tokens.ids()));
      } else {
        text.append("#".repeat(segment.positions()));
      }
    }
    return text.toString();
  }
}

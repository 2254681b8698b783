package io.github.refragstreams.app.config;

import java.util.Locale;
import java.util.Optional;

/**
 * The retriever for questions that bring no passages. Keys start with {@code retriever}.
 *
 * @param kind how passages are found
 * @param corpus {@value #FACTBOOK}, or a file or folder; empty: nothing is retrieved
 * @param limit most passages for a question
 * @param files how files become passages
 * @param dense the model of vectors
 * @param rankConstant how little a first place counts where ranks are fused
 */
public record RetrieverConfig(
    Kind kind, Optional<String> corpus, int limit, Files files, Dense dense, int rankConstant) {
  /** The corpus that comes with the program. */
  public static final String FACTBOOK = "factbook";

  /** How passages are found. */
  public enum Kind {
    /** By their words. */
    BM25,
    /** By vectors. */
    DENSE,
    /** By both. */
    HYBRID;

    /** As it is written. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param passageChars most characters of a passage, title not counted
   * @param maxBytes largest file
   */
  public record Files(int passageChars, int maxBytes) {}

  /**
   * @param model folder of the model
   * @param maxTokens tokens of a text that are read
   * @param index folder that keeps the corpus's vectors; empty: none does
   */
  public record Dense(Optional<String> model, int maxTokens, Optional<String> index) {}

  public RetrieverConfig {
    if (kind != Kind.BM25 && dense.model().isEmpty()) {
      throw new IllegalArgumentException(
          "retriever.kind is "
              + kind.label()
              + " but retriever.dense.model is off; name the folder of a sentence encoder");
    }
  }

  /**
   * The same, but passages are found in another way.
   *
   * @throws IllegalArgumentException when a model is needed and none is configured
   */
  public RetrieverConfig withKind(Kind other) {
    return new RetrieverConfig(other, corpus, limit, files, dense, rankConstant);
  }

  /** The same with the factbook where no corpus is configured. */
  public RetrieverConfig orFactbook() {
    return corpus.isPresent() ? this : withFactbook();
  }

  /** The same with the factbook. */
  public RetrieverConfig withFactbook() {
    return new RetrieverConfig(kind, Optional.of(FACTBOOK), limit, files, dense, rankConstant);
  }
}

package io.github.refragstreams.model;

import org.jspecify.annotations.Nullable;

/**
 * An earlier turn of a conversation as it enters a prompt: token by token, or as one vector per
 * chunk.
 *
 * @param chunks the tokens of {@link #readText}
 * @param vectors one row per chunk; null: it enters raw
 */
public record PastTurn(ChunkedText chunks, @Nullable ChunkVectors vectors) {
  public PastTurn {
    if (vectors != null && vectors.rows() != chunks.chunks()) {
      throw new IllegalArgumentException(
          "a turn has " + chunks.chunks() + " chunks but " + vectors.rows() + " vectors");
    }
  }

  /** The text that the models read of a turn. */
  public static String readText(String question, String answer) {
    return "Question: " + question.strip() + "\nAnswer: " + answer.strip();
  }

  /** Decoder positions, the line before it not counted. */
  public int positions() {
    return vectors == null ? chunks.tokens() : chunks.chunks();
  }

  @Override
  public String toString() {
    return "PastTurn[tokens=" + chunks.tokens() + ", raw=" + (vectors == null) + "]";
  }
}

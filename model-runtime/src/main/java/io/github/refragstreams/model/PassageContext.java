package io.github.refragstreams.model;

import org.jspecify.annotations.Nullable;

/**
 * One encoded passage, ready for policy and prompt.
 *
 * @param passageId id in the retriever's corpus
 * @param rank place in the retriever's result, 0 = best
 * @param score the retriever's score, larger is better; null when unknown
 * @param title title, null when there is none
 * @param text the passage's own text
 * @param chunks its tokens, title prefix included
 * @param vectors one row per chunk; with token states where they are kept
 */
public record PassageContext(
    String passageId,
    int rank,
    @Nullable Double score,
    @Nullable String title,
    String text,
    ChunkedText chunks,
    ChunkVectors vectors) {

  public PassageContext {
    if (vectors.rows() != chunks.chunks()) {
      throw new IllegalArgumentException(
          "passage "
              + passageId
              + " has "
              + chunks.chunks()
              + " chunks but "
              + vectors.rows()
              + " vectors");
    }
    ChunkVectors states = vectors.states();
    if (states != null && states.rows() != chunks.tokens()) {
      throw new IllegalArgumentException(
          "passage "
              + passageId
              + " has "
              + chunks.tokens()
              + " tokens but "
              + states.rows()
              + " token states");
    }
  }

  /** The text that the tokens cover: {@code "title: text"}, or the text alone. */
  public String readText() {
    return Chunker.readText(title, text);
  }

  @Override
  public String toString() {
    return "PassageContext[id="
        + passageId
        + ", rank="
        + rank
        + ", chunks="
        + chunks.chunks()
        + "]";
  }
}

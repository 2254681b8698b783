package io.github.refragstreams.model.internal.decode;

import io.github.refragstreams.model.Prompt;

/**
 * A decoder whose state lies in rows, one per generation. Rows are independent: what one computes
 * does not depend, bit for bit, on what the others hold. For one thread.
 *
 * <p>Failures are {@link io.github.refragstreams.model.ModelException}s.
 */
public interface RowModel {
  /** Most rows. */
  int rows();

  /** Most positions that a row can hold. */
  int maxPositions();

  /** Positions of all rows together: number of rows times positions of one is at most that. */
  int kvPositions();

  /**
   * Gives every row room for {@code positions}, which is all there are until it is first called.
   * The first {@code count} rows keep what they hold; the others are lost. No prompt is being read
   * meanwhile.
   */
  void arrange(int positions, int count);

  /** Positions of the head that every prompt starts with. */
  int headPositions();

  /**
   * Begins to read a prompt into a row, whatever the row held before. The head is part of it.
   *
   * @throws io.github.refragstreams.model.ModelException INPUT for ids or vectors that the model
   *     does not know
   */
  Reading read(int row, Prompt prompt);

  /** A prompt that is being read. Nothing else uses its row meanwhile. */
  interface Reading {
    /** Reads a bounded piece; true when the prompt is complete and {@link #logits} are set. */
    boolean advance();

    /** Scores of the first token of the answer; the caller may change them. */
    float[] logits();
  }

  /**
   * Appends one token to each of the rows 0 to {@code tokens.length - 1}.
   *
   * @return per row the scores of the next token; valid until the next call, the caller may change
   *     them
   */
  float[][] step(int[] tokens);

  /** Makes row {@code to} what row {@code from} is. */
  void copyRow(int from, int to);
}

package io.github.refragstreams.model.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Each row is the list of tokens that it was given; the next token follows from that list alone.
 */
final class FakeRowModel implements RowModel {
  static final int VOCABULARY = 32;
  static final int STOP = 0;
  static final int BAD_TOKEN = -1;

  private final List<List<Integer>> rows = new ArrayList<>();
  final List<Integer> stepSizes = new ArrayList<>();
  private final int kvPositions;
  private int positions = 40;

  /** Prompt tokens that are read at a time. */
  int piece = 2;

  /** Pieces that were read. */
  int pieces;

  /** Prompts in the order in which they were begun. */
  final List<Prompt> begun = new ArrayList<>();

  /** What happens in the middle of each call. */
  Runnable meanwhile = () -> {};

  /** What steps fail with. */
  @Nullable ModelException broken;

  /** The row whose scores are no numbers; none is -1. */
  int unscored = -1;

  FakeRowModel(int rows) {
    this(rows, rows * 40);
  }

  FakeRowModel(int rows, int kvPositions) {
    this.kvPositions = kvPositions;
    for (int i = 0; i < rows; i++) {
      this.rows.add(new ArrayList<>());
    }
  }

  @Override
  public int rows() {
    return rows.size();
  }

  @Override
  public int maxPositions() {
    return 40;
  }

  @Override
  public int kvPositions() {
    return kvPositions;
  }

  @Override
  public void arrange(int positions, int count) {
    meanwhile.run();
    assertThat(count * positions).as("rows that stay, in memory").isLessThanOrEqualTo(kvPositions);
    this.positions = positions;
    for (int row = 0; row < rows.size(); row++) {
      if (row < count) {
        checkLength(row);
      } else {
        rows.get(row).clear();
      }
    }
  }

  /** No row is longer than all rows are, and all that are used have room in memory. */
  private void checkLength(int row) {
    assertThat(headPositions() + rows.get(row).size()).isLessThanOrEqualTo(positions);
    assertThat((row + 1) * positions).isLessThanOrEqualTo(kvPositions);
  }

  @Override
  public int headPositions() {
    return 3;
  }

  @Override
  public Reading read(int row, Prompt prompt) {
    int[] ids = ((Segment.Tokens) prompt.segments().get(0)).ids();
    if (ids[0] == BAD_TOKEN) {
      throw new ModelException(ModelException.Kind.INPUT, "bad token");
    }
    meanwhile.run();
    begun.add(prompt);
    rows.get(row).clear();
    return new Reading() {
      private int next;

      @Override
      public boolean advance() {
        meanwhile.run();
        pieces++;
        for (int end = Math.min(ids.length, next + piece); next < end; next++) {
          rows.get(row).add(ids[next]);
          checkLength(row);
        }
        return next == ids.length;
      }

      @Override
      public float[] logits() {
        return scores(rows.get(row));
      }
    };
  }

  @Override
  public float[][] step(int[] tokens) {
    stepSizes.add(tokens.length);
    meanwhile.run();
    if (broken != null) {
      throw broken;
    }
    float[][] logits = new float[tokens.length][];
    for (int row = 0; row < tokens.length; row++) {
      rows.get(row).add(tokens[row]);
      checkLength(row);
      logits[row] = scores(rows.get(row));
      if (row == unscored) {
        Arrays.fill(logits[row], Float.NaN);
      }
    }
    return logits;
  }

  @Override
  public void copyRow(int from, int to) {
    meanwhile.run();
    rows.set(to, new ArrayList<>(rows.get(from)));
  }

  /** The stop token wins about once in ten times. */
  private static float[] scores(List<Integer> history) {
    Random random = new Random(history.hashCode());
    float[] scores = new float[VOCABULARY];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = random.nextFloat();
    }
    if (random.nextInt(10) == 0) {
      scores[STOP] = 2f;
    }
    return scores;
  }
}

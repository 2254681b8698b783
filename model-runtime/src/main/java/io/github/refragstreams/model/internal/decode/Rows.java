package io.github.refragstreams.model.internal.decode;

import java.util.stream.IntStream;

/**
 * How many positions each row of a model has. Rows are equally long, so that they are one tensor;
 * short generations leave room for more of them, and one long generation takes that of many. For
 * the decoder's thread.
 */
final class Rows {
  /** Rows grow in steps, so that not every prompt moves what the others hold. */
  private static final int STEP = 128;

  private final RowModel model;
  private int positions;

  Rows(RowModel model) {
    this.model = model;
    this.positions = model.maxPositions();
  }

  /**
   * Makes room for one more generation behind those that run, if there is memory for it.
   *
   * @param running positions that the generations in the first rows need
   * @param next positions that the new one needs, at most those of the model
   * @return whether there is room now; if not, nothing has changed
   */
  boolean fit(IntStream running, int next) {
    int[] needs = IntStream.concat(running, IntStream.of(next)).toArray();
    int count = needs.length;
    int longest = IntStream.of(needs).max().orElse(next);
    if (count > model.rows() || (long) count * longest > model.kvPositions()) {
      return false;
    }
    if (longest > positions || (long) count * positions > model.kvPositions()) {
      int stepped = (longest + STEP - 1) / STEP * STEP;
      int fitting = Math.min(stepped, Math.min(model.maxPositions(), model.kvPositions() / count));
      positions = 0; // unknown, should it fail
      model.arrange(fitting, count - 1);
      positions = fitting;
    }
    return true;
  }
}

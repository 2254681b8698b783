package io.github.refragstreams.app.eval;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.PassageContext;
import java.util.List;

/** Puts the vectors of other passages in the place of a question's own. */
final class Strangers {
  private final List<ChunkVectors> vectors;

  /**
   * @param vectors at least one row in all
   */
  Strangers(List<ChunkVectors> vectors) {
    this.vectors = vectors.stream().filter(v -> v.rows() > 0).toList();
  }

  /** The same passages and token states, with the strangers' rows in turn as chunk vectors. */
  List<PassageContext> inPlaceOf(List<PassageContext> passages) {
    Cycle cycle = new Cycle();
    return passages.stream()
        .map(
            passage ->
                new PassageContext(
                    passage.passageId(),
                    passage.rank(),
                    passage.score(),
                    passage.title(),
                    passage.text(),
                    passage.chunks(),
                    cycle.inPlaceOf(passage.vectors())))
        .toList();
  }

  /** Hands rows out one after another, from the start again when they are used up. */
  private final class Cycle {
    private int matrix;
    private int row;

    ChunkVectors inPlaceOf(ChunkVectors own) {
      int rows = own.rows();
      int dimension = vectors.get(0).dimension();
      float[] values = new float[rows * dimension];
      for (int i = 0; i < rows; i++) {
        while (row == vectors.get(matrix).rows()) {
          matrix = (matrix + 1) % vectors.size();
          row = 0;
        }
        vectors.get(matrix).copyRow(row++, values, i * dimension);
      }
      return ChunkVectors.ofFloats(rows, dimension, values).withStates(own.states());
    }
  }
}

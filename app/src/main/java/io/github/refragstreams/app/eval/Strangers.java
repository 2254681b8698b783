package io.github.refragstreams.app.eval;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Puts the vectors of other passages in the place of a question's own. */
final class Strangers {
  private final List<ChunkVectors> vectors;

  /**
   * @param vectors at least one row in all
   */
  Strangers(List<ChunkVectors> vectors) {
    this.vectors = vectors.stream().filter(v -> v.rows() > 0).toList();
  }

  /**
   * The same prompt with the strangers' rows in turn as chunk vectors. What was chosen to stay raw
   * stays as it is: a policy that reads vectors would choose something else by strange ones.
   *
   * @param passages those of the prompt
   */
  Prompt inPlaceOf(List<PassageContext> passages, Prompt prompt) {
    Cycle cycle = new Cycle();
    Map<ChunkVectors, ChunkVectors> strange = new IdentityHashMap<>();
    passages.forEach(passage -> strange.put(passage.vectors(), cycle.inPlaceOf(passage.vectors())));
    return new Prompt(
        prompt.segments().stream().map(segment -> swapped(segment, strange)).toList());
  }

  /** Token states are other vectors, and stay. */
  private static Segment swapped(Segment segment, Map<ChunkVectors, ChunkVectors> strange) {
    return segment instanceof Segment.Chunks own
        ? new Segment.Chunks(strange.getOrDefault(own.vectors(), own.vectors()), own.rows())
        : segment;
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
      return ChunkVectors.ofFloats(rows, dimension, values);
    }
  }
}

package io.github.refragstreams.model.internal.onnx;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** A prompt position by position: which raw token, or which chunk vector, stands where. */
final class PromptLayout {
  private final int dimension;
  private final int[] rawIds;

  /** Per position the number of its raw token, or -1. */
  private final int[] raw;

  /** Per position without raw token its chunk's vectors and row. */
  private final ChunkVectors[] vectors;

  private final int[] rows;

  private PromptLayout(int dimension, int rawTokens, int positions) {
    this.dimension = dimension;
    this.rawIds = new int[rawTokens];
    this.raw = new int[positions];
    this.vectors = new ChunkVectors[positions];
    this.rows = new int[positions];
    Arrays.fill(raw, -1);
  }

  /**
   * @throws ModelException INPUT for ids outside the vocabulary or vectors of another width
   */
  static PromptLayout of(Prompt prompt, int dimension, int vocabulary) {
    PromptLayout layout = new PromptLayout(dimension, prompt.rawTokens(), prompt.positions());
    int token = 0;
    int position = 0;
    for (Segment segment : prompt.segments()) {
      if (segment instanceof Segment.Tokens tokens) {
        for (int id : tokens.ids()) {
          check(id >= 0 && id < vocabulary, "token id", id, "below " + vocabulary);
          layout.rawIds[token] = id;
          layout.raw[position++] = token++;
        }
      } else if (segment instanceof Segment.Chunks chunks) {
        int width = chunks.vectors().dimension();
        check(width == dimension, "width of the chunk vectors", width, "" + dimension);
        for (int row : chunks.rows()) {
          check(row >= 0 && row < chunks.vectors().rows(), "chunk", row, "one of the passage");
          layout.vectors[position] = chunks.vectors();
          layout.rows[position++] = row;
        }
      }
    }
    return layout;
  }

  int rawTokens() {
    return rawIds.length;
  }

  int positions() {
    return raw.length;
  }

  int rawId(int token) {
    return rawIds[token];
  }

  /** Writes {@code width} positions from {@code from} on to the start of {@code target}. */
  void fill(int from, int width, FloatBuffer rawStates, FloatBuffer target) {
    float[] vector = new float[dimension];
    for (int i = 0; i < width; i++) {
      int position = from + i;
      if (raw[position] >= 0) {
        target.put(i * dimension, rawStates, raw[position] * dimension, dimension);
      } else {
        vectors[position].copyRow(rows[position], vector, 0);
        target.put(i * dimension, vector);
      }
    }
  }

  private static void check(boolean holds, String what, int value, String expected) {
    if (!holds) {
      throw new ModelException(
          Kind.INPUT, "the prompt's " + what + " is " + value + "; expected " + expected);
    }
  }
}

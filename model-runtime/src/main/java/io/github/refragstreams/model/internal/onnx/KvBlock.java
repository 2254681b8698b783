package io.github.refragstreams.model.internal.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.github.refragstreams.model.internal.Natives;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keys and values of some layers: per layer two buffers of shape [rows, heads, positions, head
 * size]. The row is the outermost dimension, so neighbouring rows are a tensor without a copy. The
 * same memory holds many short rows or few long ones.
 */
final class KvBlock {
  /**
   * Layers and widths.
   *
   * @param firstLayer first layer
   * @param endLayer end, exclusive
   * @param heads key/value heads
   * @param headSize components per head
   */
  record Layout(int firstLayer, int endLayer, int heads, int headSize) {}

  private final Layout layout;
  private final int capacity;
  private int positions;

  /** By the name that graphs give them after {@code past.} and {@code present.}. */
  private final Map<String, FloatBuffer> buffers = new LinkedHashMap<>();

  /**
   * @param capacity positions over all rows
   * @param positions those of one row
   */
  KvBlock(Layout layout, int capacity, int positions) {
    this.layout = layout;
    this.capacity = capacity;
    this.positions = positions;
    for (int layer = layout.firstLayer; layer < layout.endLayer; layer++) {
      for (String kind : new String[] {"k", "v"}) {
        buffers.put(
            layer + "." + kind, Direct.floats((long) capacity * layout.heads * layout.headSize));
      }
    }
  }

  /** Positions over all rows. */
  int capacity() {
    return capacity;
  }

  /** How many rows there is room for. */
  int rows() {
    return capacity / positions;
  }

  /** Positions of one row. */
  int positions() {
    return positions;
  }

  /**
   * Gives every row room for so many positions. Rows keep what they hold: row i its first {@code
   * lengths[i]} positions, for the first {@code count} rows. Tensors made before are of no use
   * afterwards.
   */
  void arrange(int newPositions, int[] lengths, int count) {
    int oldPositions = positions;
    boolean wider = newPositions > oldPositions;
    int parts = count * layout.heads;
    for (FloatBuffer buffer : buffers.values()) {
      for (int i = 0; i < parts; i++) {
        int part = wider ? parts - 1 - i : i; // what is overwritten has been moved already
        int from = part * oldPositions * layout.headSize;
        int to = part * newPositions * layout.headSize;
        buffer.put(to, buffer, from, lengths[part / layout.heads] * layout.headSize);
      }
    }
    positions = newPositions;
  }

  /** Tensors over {@code count} rows from {@code from} on, by name; {@code owner} closes them. */
  Map<String, OnnxTensor> view(OrtEnvironment environment, int from, int count, Natives owner)
      throws OrtException {
    long[] shape = {count, layout.heads, positions, layout.headSize};
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, FloatBuffer> buffer : buffers.entrySet()) {
      FloatBuffer rows = buffer.getValue().slice(from * rowFloats(), count * rowFloats());
      tensors.put(buffer.getKey(), owner.own(OnnxTensor.createTensor(environment, rows, shape)));
    }
    return tensors;
  }

  /** Copies the first {@code length} positions of a row of {@code source} to a row of this one. */
  void copyFrom(KvBlock source, int from, int to, int length) {
    int floats = length * layout.headSize;
    buffers.forEach(
        (name, target) -> {
          FloatBuffer origin = source.buffer(name);
          for (int head = 0; head < layout.heads; head++) {
            target.put(at(to, head), origin, source.at(from, head), floats);
          }
        });
  }

  private FloatBuffer buffer(String name) {
    FloatBuffer buffer = buffers.get(name);
    if (buffer == null) {
      throw new IllegalArgumentException("the block has no layer " + name);
    }
    return buffer;
  }

  private int at(int row, int head) {
    return (row * layout.heads + head) * positions * layout.headSize;
  }

  private int rowFloats() {
    return layout.heads * positions * layout.headSize;
  }
}

package io.github.refragstreams.model.internal.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.model.internal.Natives;
import io.github.refragstreams.model.internal.bundle.Manifest;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads texts with the lower half, each behind a sink token and with nothing before it. For one
 * thread.
 */
final class WindowReader implements AutoCloseable {
  private final Natives natives = new Natives();
  private final OrtEnvironment environment;
  private final OrtSession lower;
  private final Manifest manifest;
  private final int sink;
  private final FloatBuffer states;
  private final Map<String, OnnxTensor> emptyPast = new HashMap<>();
  private int pastRows;

  /**
   * @param lower stays its caller's
   * @param sink id of the token before each text
   * @param maxTokens most tokens in one call, sinks and padding included
   */
  WindowReader(
      OrtEnvironment environment, OrtSession lower, Manifest manifest, int sink, int maxTokens) {
    this.environment = environment;
    this.lower = lower;
    this.manifest = manifest;
    this.sink = sink;
    this.states = Direct.floats((long) maxTokens * manifest.dimension());
  }

  /**
   * @param rows token ids, at least one row
   * @return [rows, width, d] until the next call, width being that of the longest row and its sink;
   *     what lies behind a row's end is padding
   * @throws ModelException INPUT for ids outside the vocabulary
   */
  FloatBuffer read(List<int[]> rows) throws OrtException {
    int count = rows.size();
    int width = 1 + rows.stream().mapToInt(row -> row.length).max().orElse(0);
    LongBuffer ids = Direct.longs((long) count * width);
    IntBuffer seqlens = Direct.ints(count);
    IntBuffer total = Direct.ints(1).put(0, width);
    for (int row = 0; row < count; row++) {
      int[] tokens = rows.get(row);
      seqlens.put(row, tokens.length);
      ids.put(row * width, sink);
      for (int i = 0; i < tokens.length; i++) {
        ids.put(row * width + 1 + i, checked(tokens[i]));
      }
    }
    int floats = count * width * manifest.dimension();
    try (OnnxTensor idTensor =
            OnnxTensor.createTensor(environment, ids, new long[] {count, width});
        OnnxTensor seqlenTensor =
            OnnxTensor.createTensor(environment, seqlens, new long[] {count});
        OnnxTensor totalTensor = OnnxTensor.createTensor(environment, total, new long[0]);
        OnnxTensor stateTensor =
            OnnxTensor.createTensor(
                environment,
                states.slice(0, floats),
                new long[] {count, width, manifest.dimension()})) {
      Map<String, OnnxTensor> inputs = new HashMap<>(emptyPast(count));
      inputs.put("input_ids", idTensor);
      inputs.put("seqlens_k", seqlenTensor);
      inputs.put("total_sequence_length", totalTensor);
      lower.run(inputs, Map.of("states", stateTensor)).close();
    }
    return states;
  }

  @Override
  public void close() {
    natives.close();
  }

  private int checked(int id) {
    if (id < 0 || id >= manifest.vocabulary()) {
      throw new ModelException(
          Kind.INPUT, "token id is " + id + "; expected one below " + manifest.vocabulary());
    }
    return id;
  }

  /** Nothing was read before a text. */
  private Map<String, OnnxTensor> emptyPast(int rows) throws OrtException {
    if (rows != pastRows) {
      // None, should this fail on the way.
      pastRows = 0;
      natives.close();
      emptyPast.clear();
      long[] shape = {rows, manifest.kvHeads(), 0, manifest.headSize()};
      for (int layer = 0; layer < manifest.injectionLayer(); layer++) {
        for (String kind : new String[] {".k", ".v"}) {
          emptyPast.put(
              "past." + layer + kind,
              natives.own(OnnxTensor.createTensor(environment, Direct.floats(0), shape)));
        }
      }
      pastRows = rows;
    }
    return emptyPast;
  }
}

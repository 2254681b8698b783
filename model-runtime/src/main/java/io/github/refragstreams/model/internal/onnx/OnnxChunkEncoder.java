package io.github.refragstreams.model.internal.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.refragstreams.model.ChunkEncoder;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.model.internal.Natives;
import io.github.refragstreams.model.internal.bundle.Manifest;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The decoder's own lower half as encoder: each window of a passage is read by itself behind a sink
 * token (the first token of a sequence has extreme activations, so it is not one of the passage),
 * and every k states of it are pooled to one vector.
 */
public final class OnnxChunkEncoder implements ChunkEncoder {
  private final Natives natives = new Natives();
  private final OrtEnvironment environment;
  private final OrtSession lower;
  private final Map<Integer, Pool> pools;
  private final Manifest manifest;
  private final int sink;
  private final int maxTokens;
  private final FloatBuffer states;
  private final Map<String, OnnxTensor> emptyPast = new HashMap<>();
  private int pastRows;

  /**
   * @param lower stays its caller's, so do the pools
   * @param pools pooling by k
   * @param sink id of the token before each window
   * @param maxTokens most tokens in one call of the lower half, padding included, but at least a
   *     window
   */
  public OnnxChunkEncoder(
      OrtEnvironment environment,
      OrtSession lower,
      Map<Integer, Pool> pools,
      Manifest manifest,
      int sink,
      int maxTokens) {
    this.environment = environment;
    this.lower = lower;
    this.pools = pools;
    this.manifest = manifest;
    this.sink = sink;
    this.maxTokens = Math.max(maxTokens, manifest.encoderWindow() + 1);
    this.states = Direct.floats((long) this.maxTokens * manifest.dimension());
  }

  @Override
  public String id() {
    return manifest.encoderId();
  }

  @Override
  public int dimension() {
    return manifest.dimension();
  }

  @Override
  public List<ChunkVectors> encode(List<ChunkedText> passages) {
    int k = passages.get(0).chunkTokens();
    Pool pool = pools.get(k);
    if (pool == null) {
      throw new ModelException(
          Kind.INPUT,
          "chunks have "
              + k
              + " tokens but bundle '"
              + manifest.name()
              + "' was trained for "
              + manifest.chunkSizes());
    }
    List<Target> targets = passages.stream().map(p -> new Target(p, manifest.dimension())).toList();
    List<Window> windows = windows(targets);
    // Rows of like length waste the least on padding.
    windows.sort(Comparator.comparingInt((Window w) -> w.length));
    for (int from = 0; from < windows.size(); ) {
      int to = from + 1;
      while (to < windows.size() && (to + 1 - from) * (windows.get(to).length + 1) <= maxTokens) {
        to++;
      }
      encode(windows.subList(from, to), pool);
      from = to;
    }
    return targets.stream().map(Target::vectors).toList();
  }

  @Override
  public void close() {
    natives.close();
  }

  /** The vectors of a passage as they come, window by window. */
  private static final class Target {
    final ChunkedText passage;
    final int dimension;
    final float[] values;

    Target(ChunkedText passage, int dimension) {
      this.passage = passage;
      this.dimension = dimension;
      this.values = new float[passage.chunks() * dimension];
    }

    ChunkVectors vectors() {
      for (float value : values) {
        if (!Float.isFinite(value)) {
          throw new ModelException(Kind.INPUT, "a chunk vector is not finite");
        }
      }
      return ChunkVectors.ofFloats(passage.chunks(), dimension, values);
    }
  }

  /** Some tokens of a passage; all windows but the last are full, so chunks never straddle. */
  private record Window(Target target, int firstToken, int length) {
    int chunks() {
      int k = target.passage.chunkTokens();
      return (length + k - 1) / k;
    }
  }

  private List<Window> windows(List<Target> targets) {
    List<Window> windows = new ArrayList<>();
    for (Target target : targets) {
      int tokens = target.passage.tokens();
      for (int from = 0; from < tokens; from += manifest.encoderWindow()) {
        windows.add(new Window(target, from, Math.min(manifest.encoderWindow(), tokens - from)));
      }
    }
    return windows;
  }

  private void encode(List<Window> rows, Pool pool) {
    int width = rows.get(rows.size() - 1).length + 1; // sorted: the last is the longest
    try {
      readStates(rows, width);
      pool(rows, width, pool);
    } catch (OrtException e) {
      throw OrtFailures.of("encoding passages", e);
    }
  }

  /** Fills {@link #states} with [rows, width, d]; what lies behind a row's end is padding. */
  private void readStates(List<Window> rows, int width) throws OrtException {
    int count = rows.size();
    LongBuffer ids = Direct.longs((long) count * width);
    IntBuffer seqlens = Direct.ints(count);
    IntBuffer total = Direct.ints(1).put(0, width);
    for (int row = 0; row < count; row++) {
      Window window = rows.get(row);
      seqlens.put(row, window.length);
      ids.put(row * width, sink);
      for (int i = 0; i < window.length; i++) {
        ids.put(
            row * width + 1 + i, checked(window.target.passage.tokenIds()[window.firstToken + i]));
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
  }

  private int checked(int id) {
    if (id < 0 || id >= manifest.vocabulary()) {
      throw new ModelException(
          Kind.INPUT, "token id is " + id + "; expected one below " + manifest.vocabulary());
    }
    return id;
  }

  /** Nothing was read before a window. */
  private Map<String, OnnxTensor> emptyPast(int rows) throws OrtException {
    if (rows != pastRows) {
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

  private void pool(List<Window> rows, int width, Pool pool) throws OrtException {
    int dimension = manifest.dimension();
    Pool.Batch batch = pool.batch(rows.stream().mapToInt(Window::chunks).sum());
    int chunk = 0;
    for (int row = 0; row < rows.size(); row++) {
      Window window = rows.get(row);
      batch.put(chunk, states, (row * width + 1) * dimension, window.length);
      chunk += window.chunks();
    }
    float[] vectors = batch.run();
    chunk = 0;
    for (Window window : rows) {
      System.arraycopy(
          vectors,
          chunk * dimension,
          window.target.values,
          window.firstToken / window.target.passage.chunkTokens() * dimension,
          window.chunks() * dimension);
      chunk += window.chunks();
    }
  }
}

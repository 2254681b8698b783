package io.github.refragstreams.model.internal.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.refragstreams.model.BundleInfo;
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
import java.util.Arrays;
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
  /** Windows in one call of the lower half: more of them fall out of the processor's caches. */
  private static final int CALL_WINDOWS = 2;

  /** A call's tokens per token of padding, at least. */
  private static final int MAX_PADDING = 16;

  private final Natives natives = new Natives();
  private final OrtEnvironment environment;
  private final OrtSession lower;
  private final Map<Integer, Pool> pools;
  private final Manifest manifest;
  private final int sink;
  private final String id;
  private final boolean keepStates;
  private final int maxTokens;
  private final FloatBuffer states;
  private final Map<String, OnnxTensor> emptyPast = new HashMap<>();
  private int pastRows;

  /**
   * @param lower stays its caller's, so do the pools
   * @param pools pooling by k
   * @param info whose name the vectors bear, and whether the states of their tokens come along
   * @param sink id of the token before each window
   */
  public OnnxChunkEncoder(
      OrtEnvironment environment,
      OrtSession lower,
      Map<Integer, Pool> pools,
      Manifest manifest,
      BundleInfo info,
      int sink) {
    this.environment = environment;
    this.lower = lower;
    this.pools = pools;
    this.manifest = manifest;
    this.sink = sink;
    this.id = info.encoderId();
    this.keepStates = info.tokenStates();
    this.maxTokens = CALL_WINDOWS * (manifest.encoderWindow() + 1);
    this.states = Direct.floats((long) maxTokens * manifest.dimension());
  }

  @Override
  public String id() {
    return id;
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
    List<Target> targets = targets(passages);
    List<Window> windows = windows(targets);
    // Rows of like length waste the least on padding.
    windows.sort(Comparator.comparingInt((Window w) -> w.length));
    // One call for all vectors: a pool's weights are many, and are read once for each call.
    Pool.Batch batch = pool.batch(passages.stream().mapToInt(ChunkedText::chunks).sum());
    try {
      for (int from = 0; from < windows.size(); ) {
        List<Window> rows = rows(windows.subList(from, windows.size()));
        read(rows, batch);
        from += rows.size();
      }
    } catch (OrtException e) {
      throw OrtFailures.of("encoding passages", e);
    }
    float[] vectors = batch.run();
    return targets.stream().map(target -> vectors(target, vectors)).toList();
  }

  @Override
  public void close() {
    natives.close();
  }

  /**
   * A passage in a call.
   *
   * @param firstChunk its first chunk, counted over all passages
   * @param states room for the states of its tokens; none when they are not kept
   */
  private record Target(ChunkedText passage, int firstChunk, float[] states) {}

  /** Some tokens of a passage; all windows but the last are full, so chunks never straddle. */
  private record Window(Target target, int firstToken, int length) {
    int firstChunk() {
      return target.firstChunk + firstToken / target.passage.chunkTokens();
    }
  }

  private List<Target> targets(List<ChunkedText> passages) {
    List<Target> targets = new ArrayList<>();
    int chunk = 0;
    for (ChunkedText passage : passages) {
      int kept = keepStates ? passage.tokens() * manifest.dimension() : 0;
      targets.add(new Target(passage, chunk, new float[kept]));
      chunk += passage.chunks();
    }
    return targets;
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

  /** The first windows that make a call: it is not too large, and little of it is padding. */
  private List<Window> rows(List<Window> windows) {
    int rows = 1;
    int tokens = windows.get(0).length + 1;
    while (rows < windows.size()) {
      int width = windows.get(rows).length + 1;
      int padded = (rows + 1) * width;
      tokens += width;
      if (padded > maxTokens || padded - tokens > tokens / MAX_PADDING) {
        break;
      }
      rows++;
    }
    return windows.subList(0, rows);
  }

  private void read(List<Window> rows, Pool.Batch batch) throws OrtException {
    int width = rows.get(rows.size() - 1).length + 1; // sorted: the last is the longest
    readStates(rows, width);
    for (int row = 0; row < rows.size(); row++) {
      Window window = rows.get(row);
      int first = (row * width + 1) * manifest.dimension(); // behind the sink
      batch.put(window.firstChunk(), states, first, window.length);
      if (keepStates) {
        int at = window.firstToken * manifest.dimension();
        states.get(first, window.target.states, at, window.length * manifest.dimension());
      }
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

  /** The vectors of one passage out of those of all. */
  private ChunkVectors vectors(Target target, float[] all) {
    int dimension = manifest.dimension();
    int chunks = target.passage.chunks();
    int from = target.firstChunk * dimension;
    float[] own = Arrays.copyOfRange(all, from, from + chunks * dimension);
    for (float value : own) {
      if (!Float.isFinite(value)) {
        throw new ModelException(Kind.INPUT, "a chunk vector is not finite");
      }
    }
    ChunkVectors vectors = ChunkVectors.ofFloats(chunks, dimension, own);
    return keepStates
        ? vectors.withStates(
            ChunkVectors.ofFloats(target.passage.tokens(), dimension, target.states))
        : vectors;
  }
}

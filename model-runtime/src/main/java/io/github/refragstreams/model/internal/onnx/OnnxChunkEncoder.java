package io.github.refragstreams.model.internal.onnx;

import ai.onnxruntime.OrtException;
import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.ChunkEncoder;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.model.internal.bundle.Manifest;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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

  private final WindowReader reader;
  private final Map<Integer, Pool> pools;
  private final Manifest manifest;
  private final String id;
  private final boolean keepStates;
  private final int maxTokens;

  /**
   * @param reader closed with the encoder; the pools are not
   * @param pools pooling by k
   * @param info whose name the vectors bear, and whether the states of their tokens come along
   */
  public OnnxChunkEncoder(
      WindowReader reader, Map<Integer, Pool> pools, Manifest manifest, BundleInfo info) {
    this.reader = reader;
    this.pools = pools;
    this.manifest = manifest;
    this.id = info.encoderId();
    this.keepStates = info.tokenStates();
    this.maxTokens = mostTokens(manifest);
  }

  /** Tokens that its reader must take in one call. */
  static int mostTokens(Manifest manifest) {
    return CALL_WINDOWS * (manifest.encoderWindow() + 1);
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
    reader.close();
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
    int[] tokens() {
      return Arrays.copyOfRange(target.passage.tokenIds(), firstToken, firstToken + length);
    }

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
    FloatBuffer states = reader.read(rows.stream().map(Window::tokens).toList());
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

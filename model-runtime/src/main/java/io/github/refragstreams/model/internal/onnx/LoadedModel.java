package io.github.refragstreams.model.internal.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.ChunkEncoder;
import io.github.refragstreams.model.ChunkPolicy;
import io.github.refragstreams.model.InvalidBundleException;
import io.github.refragstreams.model.LexicalChunkPolicy;
import io.github.refragstreams.model.Precision;
import io.github.refragstreams.model.Tokenizer;
import io.github.refragstreams.model.internal.Natives;
import io.github.refragstreams.model.internal.bundle.Manifest;
import io.github.refragstreams.model.internal.bundle.ManifestReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A bundle's graphs on a device. Owns them and everything made from them. */
public final class LoadedModel implements AutoCloseable {
  private static final String LOWER_FLOATS = "lower.fp32.onnx";
  private static final String UPPER_FLOATS = "upper.fp32.onnx";

  private final Natives natives = new Natives();
  private final Manifest manifest;
  private final OnnxEngine engine;
  private final OrtSession lower;
  private final OrtSession upper;
  private final @Nullable OrtSession policy;
  private final Map<Integer, Pool> pools = new HashMap<>();

  private LoadedModel(
      Path bundle, Manifest manifest, String device, int threads, Precision precision) {
    this.manifest = manifest;
    try {
      engine = natives.own(OnnxEngine.open(device, threads));
      Weights weights = new Weights(engine.environment(), bundle, manifest);
      Map<String, OnnxTensor> rotary = weights.rotary(natives);
      // Below layer 0 there is nothing to rotate, and a graph takes no weights that it has not.
      Map<String, OnnxTensor> below = manifest.injectionLayer() == 0 ? Map.of() : rotary;
      if (precision == Precision.FP32) {
        lower = session(bundle, LOWER_FLOATS, below, weights.floats("lower.bin", natives));
        upper = session(bundle, UPPER_FLOATS, rotary, weights.floats("upper.bin", natives));
      } else {
        lower = session(bundle, "lower.onnx", below, Map.of());
        upper = session(bundle, "upper.onnx", rotary, weights.merged("upper.bin", natives));
      }
      String learned = manifest.policy();
      policy =
          learned == null ? null : natives.own(engine.session(bundle.resolve(learned), Map.of()));
      for (int k : manifest.chunkSizes()) {
        Path graph = bundle.resolve("pool." + k + ".onnx");
        pools.put(k, Pool.open(engine, graph, k, manifest.dimension()));
      }
    } catch (RuntimeException e) {
      natives.close();
      throw e;
    }
  }

  /**
   * Loads lower half, upper half and pools; about a second.
   *
   * @param manifest of the folder {@code bundle}, checked
   * @throws InvalidBundleException when the manifest does not list the graphs of this precision
   * @throws io.github.refragstreams.model.ModelException MODEL when a graph cannot be loaded
   */
  public static LoadedModel open(
      Path bundle, Manifest manifest, String device, int threads, Precision precision) {
    if (precision == Precision.FP32) {
      requireListed(bundle, manifest, LOWER_FLOATS);
      requireListed(bundle, manifest, UPPER_FLOATS);
    }
    return new LoadedModel(bundle, manifest, device, threads, precision);
  }

  /**
   * Bundles may do without the graphs that only comparisons need. But a file that the manifest does
   * not list has been compared with nothing: it could be any graph.
   */
  private static void requireListed(Path bundle, Manifest manifest, String graph) {
    if (!manifest.files().containsKey(graph)) {
      throw new InvalidBundleException(
          bundle, ManifestReader.FILE + ": files has no entry " + graph);
    }
  }

  /**
   * The encoder; this model closes it.
   *
   * @param info whose name the vectors bear, and whether the states of their tokens come along
   * @param sink id of the token before each window
   */
  public ChunkEncoder encoder(BundleInfo info, int sink) {
    return natives.own(
        new OnnxChunkEncoder(
            new WindowReader(
                engine.environment(), lower, manifest, sink, OnnxChunkEncoder.mostTokens(manifest)),
            pools,
            manifest,
            info));
  }

  /**
   * The bundle's policy: the learned one, which this model closes, where there is one.
   *
   * @param sink id of the token before a question
   */
  public ChunkPolicy policy(Tokenizer tokenizer, int sink) {
    LexicalChunkPolicy lexical = new LexicalChunkPolicy();
    if (policy == null) {
      return lexical;
    }
    int most = manifest.encoderWindow() + 1;
    return natives.own(
        new OnnxChunkPolicy(
            engine.environment(),
            policy,
            new WindowReader(engine.environment(), lower, manifest, sink, most),
            tokenizer,
            lexical,
            manifest.dimension(),
            manifest.encoderWindow()));
  }

  /**
   * The decoder's rows; this model closes them.
   *
   * @param head ids that every prompt starts with
   */
  public OnnxRowModel rows(OnnxRowModel.Size size, int[] head) {
    return natives.own(new OnnxRowModel(engine.environment(), lower, upper, manifest, size, head));
  }

  @Override
  public void close() {
    natives.close();
  }

  private OrtSession session(
      Path bundle, String graph, Map<String, OnnxTensor> rotary, Map<String, OnnxTensor> weights) {
    Map<String, OnnxTensor> all = new HashMap<>(rotary);
    all.putAll(weights);
    return natives.own(engine.session(bundle.resolve(graph), all));
  }
}

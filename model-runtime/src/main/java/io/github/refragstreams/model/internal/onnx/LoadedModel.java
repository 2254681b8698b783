package io.github.refragstreams.model.internal.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.ChunkEncoder;
import io.github.refragstreams.model.Precision;
import io.github.refragstreams.model.internal.Natives;
import io.github.refragstreams.model.internal.bundle.Manifest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A bundle's graphs on a device. Owns them and everything made from them. */
public final class LoadedModel implements AutoCloseable {
  private final Natives natives = new Natives();
  private final Manifest manifest;
  private final OnnxEngine engine;
  private final OrtSession lower;
  private final OrtSession upper;
  private final Map<Integer, Pool> pools = new HashMap<>();

  private LoadedModel(
      Path bundle, Manifest manifest, String device, int threads, Precision precision) {
    this.manifest = manifest;
    try {
      engine = natives.own(OnnxEngine.open(device, threads));
      Weights weights = new Weights(engine.environment(), bundle, manifest);
      if (precision == Precision.FP32) {
        lower = session(bundle, "lower.fp32.onnx", weights.floats("lower.bin", natives));
        upper = session(bundle, "upper.fp32.onnx", weights.floats("upper.bin", natives));
      } else {
        lower = session(bundle, "lower.onnx", Map.of());
        upper = session(bundle, "upper.onnx", weights.merged("upper.bin", natives));
      }
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
   * @throws io.github.refragstreams.model.ModelException MODEL when a graph cannot be loaded
   */
  public static LoadedModel open(
      Path bundle, Manifest manifest, String device, int threads, Precision precision) {
    return new LoadedModel(bundle, manifest, device, threads, precision);
  }

  /**
   * The encoder; this model closes it.
   *
   * @param info whose name the vectors bear, and whether the states of their tokens come along
   * @param sink id of the token before each window
   */
  public ChunkEncoder encoder(BundleInfo info, int sink) {
    return natives.own(
        new OnnxChunkEncoder(engine.environment(), lower, pools, manifest, info, sink));
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

  private OrtSession session(Path bundle, String graph, Map<String, OnnxTensor> weights) {
    return natives.own(engine.session(bundle.resolve(graph), weights));
  }
}

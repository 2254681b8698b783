package io.github.refragstreams.model.internal.onnx;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.onnxruntime.engine.OrtNDManager;
import ai.djl.onnxruntime.engine.OrtSymbolBlock;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.model.internal.Natives;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Opens graphs on one device. Sessions and tensors belong to whoever asks for them; what DJL wraps
 * belongs to this engine and is closed with it.
 */
public final class OnnxEngine implements AutoCloseable {
  private static final String NAME = "OnnxRuntime";
  private static final String SPIN_MICROS = "20";

  private final Natives natives = new Natives();
  private final Device device;
  private final int threads;
  private final NDManager manager;
  private final OrtEnvironment environment;

  private OnnxEngine(Device device, int threads) {
    this.device = device;
    this.threads = threads;
    // By name: the tokenizer's jar brings an engine of its own. It makes the environment, so first.
    this.manager = natives.own(engine().newBaseManager(device));
    this.environment = OrtEnvironment.getEnvironment();
  }

  /**
   * @param device {@code cpu} or {@code cuda:N}
   * @param threads threads of one call
   * @throws ModelException MODEL when this build or machine has no such device
   */
  public static OnnxEngine open(String device, int threads) {
    if (device.equals("cpu")) {
      return new OnnxEngine(Device.cpu(), threads);
    }
    Engine unused = engine(); // makes the environment
    if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
      throw new ModelException(
          Kind.MODEL,
          "model.device is "
              + device
              + " but this build has no CUDA provider; build with the Maven profile cuda");
    }
    return new OnnxEngine(
        Device.gpu(Integer.parseInt(device.substring(device.indexOf(':') + 1))), threads);
  }

  private static Engine engine() {
    return Engine.getEngine(NAME);
  }

  /** The process-wide environment that tensors are made in. */
  public OrtEnvironment environment() {
    return environment;
  }

  /** DJL's manager, for inputs of {@link #block}. */
  NDManager manager() {
    return manager;
  }

  /**
   * @param weights initializers that replace those of the graph; open and unchanged for as long as
   *     the session is
   * @throws ModelException MODEL when the graph cannot be loaded
   */
  public OrtSession session(Path graph, Map<String, OnnxTensor> weights) {
    try (OrtSession.SessionOptions options = options()) {
      if (!weights.isEmpty()) {
        Map<String, OnnxTensorLike> external = new HashMap<>(weights);
        options.addExternalInitializers(external);
        // Without VNNI instructions products of unsigned activations and signed weights overflow
        // their 16-bit sums on x86-64, silently. There, and only there, this makes weights
        // unsigned.
        options.addConfigEntry("session.x64quantprecision", "1");
      }
      return environment.createSession(graph.toString(), options);
    } catch (OrtException e) {
      throw new ModelException(Kind.MODEL, graph.getFileName() + " cannot be loaded", e);
    }
  }

  /** The graph as a DJL block. This engine closes it. */
  OrtSymbolBlock block(Path graph) {
    return natives.own(new OrtSymbolBlock(session(graph, Map.of()), (OrtNDManager) manager));
  }

  @Override
  public void close() {
    natives.close();
  }

  private OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    // Waking a thread for each of a call's hundreds of operators costs more than the short wait for
    // the next one; a longer wait, or one after the call, would take the core from everything else.
    options.addConfigEntry("session.intra_op.spin_duration_us", SPIN_MICROS);
    options.addConfigEntry("session.force_spinning_stop", "1");
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    // Shapes differ from call to call, so patterns would only keep memory.
    options.setMemoryPatternOptimization(false);
    if (device.isGpu()) {
      options.addCUDA(device.getDeviceId());
    }
    return options;
  }
}

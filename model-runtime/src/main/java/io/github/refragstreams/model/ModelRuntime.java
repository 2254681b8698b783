package io.github.refragstreams.model;

import io.github.refragstreams.model.internal.Natives;
import io.github.refragstreams.model.internal.bundle.Manifest;
import io.github.refragstreams.model.internal.decode.ContinuousDecoder;
import io.github.refragstreams.model.internal.onnx.LoadedModel;
import io.github.refragstreams.model.internal.onnx.OnnxRowModel;
import io.github.refragstreams.model.internal.text.ByteLevelTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of one process, loaded and running. Owns threads and native memory; {@link #close}
 * gives both back, and fails what is unfinished with TRANSIENT. It may be called by any thread, at
 * any time: it waits for the calls that run.
 */
public final class ModelRuntime implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(ModelRuntime.class);

  /** Closed last to first: the batchers before the graphs that they call. */
  private final Natives natives = new Natives();

  private final Tokenizer tokenizer;
  private final OnnxRowModel rows;
  private final Models models;

  private ModelRuntime(ModelBundle bundle, RuntimeConfig config, Telemetry telemetry) {
    Manifest manifest = bundle.manifest();
    checkPositions(manifest, config);
    BundleInfo info = bundle.info(config);
    try {
      ByteLevelTokenizer bytes = natives.own(tokenizer(bundle));
      PromptTemplate template = template(bytes, manifest.prompt());
      LoadedModel model =
          natives.own(
              LoadedModel.open(
                  bundle.folder(),
                  manifest,
                  config.device(),
                  config.threads(),
                  config.precision()));
      int sink = bytes.specialId(manifest.specialTokens().sink());
      ChunkEncoder encoder = model.encoder(info, sink);
      rows =
          model.rows(
              new OnnxRowModel.Size(
                  config.decodeSlots(),
                  config.maxPositions(),
                  config.kvPositions(),
                  config.prefillChunk()),
              template.head());
      tokenizer = bytes;
      models =
          new Models(
              info,
              new Chunker(bytes),
              natives.own(EncodeBatcher.start(encoder, limits(config), telemetry)),
              new DefaultAnswerPlanner(template, model.policy(bytes, sink)),
              new LexicalCiter(),
              natives.own(
                  ContinuousDecoder.start(
                      rows,
                      new ContinuousDecoder.Settings(
                          bytes.specialId(manifest.specialTokens().stop()),
                          config.waitingRequests()),
                      bytes::bytes,
                      telemetry)));
    } catch (RuntimeException e) {
      natives.close();
      throw e;
    }
  }

  /** Loads a bundle that tells nobody what it does. */
  public static ModelRuntime open(ModelBundle bundle, RuntimeConfig config) {
    return open(bundle, config, Telemetry.none());
  }

  /**
   * Loads a bundle; some seconds.
   *
   * @throws InvalidBundleException when a file of the bundle is missing, truncated or altered
   * @throws ModelException MODEL when the models cannot be loaded on the device
   * @throws IllegalArgumentException when the configuration does not fit the bundle
   */
  public static ModelRuntime open(ModelBundle bundle, RuntimeConfig config, Telemetry telemetry) {
    long start = System.nanoTime();
    ModelRuntime runtime = new ModelRuntime(bundle.checked(), config, telemetry);
    LOGGER
        .atInfo()
        .addKeyValue("bundle", runtime.models.bundle().id())
        .addKeyValue("device", config.device())
        .addKeyValue("threads", config.threads())
        .addKeyValue("millis", (System.nanoTime() - start) / 1_000_000)
        .log("models loaded");
    return runtime;
  }

  /** Everything that answering needs; usable until {@link #close}. */
  public Models models() {
    return models;
  }

  /** The bundle's tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** What decoding has cost so far. */
  public DecodeTotals decodeTotals() {
    return rows.totals();
  }

  @Override
  public synchronized void close() {
    natives.close();
  }

  private static ByteLevelTokenizer tokenizer(ModelBundle bundle) {
    try {
      return ByteLevelTokenizer.of(Files.readAllBytes(bundle.folder().resolve("tokenizer.json")));
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidBundleException(bundle.folder(), "tokenizer.json cannot be used", e);
    }
  }

  static PromptTemplate template(ByteLevelTokenizer tokenizer, Manifest.PromptTexts prompt) {
    return new PromptTemplate(
        tokenizer,
        new PromptTemplate.Texts(
            prompt.opening(), prompt.separator(), prompt.label(), prompt.question()),
        tokenizer.tokenizeTemplate(prompt.head()),
        tokenizer.tokenizeTemplate(prompt.tail()));
  }

  private static EncodeBatcher.Limits limits(RuntimeConfig config) {
    return new EncodeBatcher.Limits(config.batchTokens(), config.batchWait(), config.queueTokens());
  }

  private static void checkPositions(Manifest manifest, RuntimeConfig config) {
    if (config.maxPositions() > manifest.rotaryPositions()) {
      throw new IllegalArgumentException(
          "model.max-positions is "
              + config.maxPositions()
              + " but bundle '"
              + manifest.name()
              + "' reaches "
              + manifest.rotaryPositions());
    }
  }
}

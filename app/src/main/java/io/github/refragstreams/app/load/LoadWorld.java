package io.github.refragstreams.app.load;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.embedded.Resources;
import io.github.refragstreams.app.service.Bundles;
import io.github.refragstreams.app.service.Shutdown;
import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.ModelBundle;
import io.github.refragstreams.model.ModelRuntime;
import io.github.refragstreams.model.Models;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the measurements of one process share: a broker, and loaded bundles, one for each instance.
 * For one thread.
 */
public final class LoadWorld implements AutoCloseable {
  private final Resources resources = new Resources();
  private final Function<Map<String, String>, AppConfig> configs;
  private final int chunkTokens;
  private final AppConfig config;
  private final ModelBundle bundle;
  private final EmbeddedKafka kafka;
  private final List<ModelRuntime> runtimes = new ArrayList<>();
  private int deployments;

  /**
   * Starts the broker and loads the bundle.
   *
   * @param configs the configuration with settings of a measurement
   * @param chunkTokens k, one of the bundle's
   */
  public LoadWorld(Function<Map<String, String>, AppConfig> configs, int chunkTokens) {
    this.configs = configs;
    this.chunkTokens = chunkTokens;
    this.config = configs.apply(Map.of());
    // Ctrl-C leaves no temporary folders behind.
    Shutdown.before(resources::close);
    try {
      this.bundle = Bundles.read(config.bundle());
      this.kafka = resources.own(EmbeddedKafka.start(0));
      var unused = runtime(0);
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  /** The bundle, with the k of these measurements. */
  public BundleInfo bundle() {
    return runtime(0).models().bundle().withDefaultChunkTokens(chunkTokens);
  }

  /**
   * Starts the application anew, on topics and state of its own; returns when it runs. It is the
   * caller's to close; what is open when everything ends is closed then.
   */
  Deployment deploy(Setup setup) {
    String id = "load-" + deployments++;
    AppConfig settings = configs.apply(Deployment.settings(id, setup));
    return resources.own(new Deployment(this, kafka.bootstrapServers(), settings, setup));
  }

  /** Models of an instance; loaded when they are asked for. */
  Models models(int instance) {
    Models models = runtime(instance).models();
    return new Models(
        bundle(),
        models.chunker(),
        models.encoder(),
        models.planner(),
        models.citer(),
        models.decoder());
  }

  private ModelRuntime runtime(int instance) {
    while (runtimes.size() <= instance) {
      runtimes.add(resources.own(Bundles.open(bundle, config.runtime())));
    }
    return runtimes.get(instance);
  }

  @Override
  public void close() {
    resources.close();
  }
}

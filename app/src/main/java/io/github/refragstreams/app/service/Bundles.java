package io.github.refragstreams.app.service;

import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.model.ModelRuntime;
import io.github.refragstreams.model.RuntimeConfig;
import java.nio.file.Path;

/** Opens bundles. */
public final class Bundles {
  private Bundles() {}

  /**
   * @throws io.github.refragstreams.model.InvalidBundleException when the folder is no intact
   *     bundle
   * @throws InvalidConfigException when the configuration does not fit the bundle
   */
  public static ModelRuntime open(Path bundle, RuntimeConfig config) {
    try {
      return ModelRuntime.open(bundle, config);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException(String.valueOf(e.getMessage()));
    }
  }
}

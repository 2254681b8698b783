package io.github.refragstreams.app.service;

import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.model.ModelBundle;
import io.github.refragstreams.model.ModelRuntime;
import io.github.refragstreams.model.RuntimeConfig;

/** Loads bundles. */
public final class Bundles {
  private Bundles() {}

  /**
   * @throws InvalidConfigException when the configuration does not fit the bundle
   */
  public static ModelRuntime open(ModelBundle bundle, RuntimeConfig config) {
    try {
      return ModelRuntime.open(bundle, config);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException(String.valueOf(e.getMessage()));
    }
  }
}

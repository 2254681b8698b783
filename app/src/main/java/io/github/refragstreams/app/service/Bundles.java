package io.github.refragstreams.app.service;

import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.model.ModelBundle;
import io.github.refragstreams.model.ModelRuntime;
import io.github.refragstreams.model.RuntimeConfig;
import io.github.refragstreams.model.Telemetry;

/** Loads bundles. */
public final class Bundles {
  private Bundles() {}

  /** Opens one that tells nobody what it does. */
  public static ModelRuntime open(ModelBundle bundle, RuntimeConfig config) {
    return open(bundle, config, Telemetry.none());
  }

  /**
   * @throws InvalidConfigException when the configuration does not fit the bundle
   */
  public static ModelRuntime open(ModelBundle bundle, RuntimeConfig config, Telemetry telemetry) {
    try {
      return ModelRuntime.open(bundle, config, telemetry);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException(String.valueOf(e.getMessage()));
    }
  }
}

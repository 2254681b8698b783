package io.github.refragstreams.app.service;

import io.github.refragstreams.app.config.BundleConfig;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.ModelBundle;
import io.github.refragstreams.model.ModelRuntime;
import io.github.refragstreams.model.RuntimeConfig;
import io.github.refragstreams.model.Telemetry;

/** Loads bundles. */
public final class Bundles {
  private Bundles() {}

  /**
   * Reads the one that is configured, its files compared with its manifest.
   *
   * @throws io.github.refragstreams.model.InvalidBundleException when one is missing or altered
   * @throws InvalidConfigException when the manifest is another one than expected
   */
  public static ModelBundle read(BundleConfig config) {
    return expected(config, ModelBundle.open(config.folder()));
  }

  /**
   * What the one that is configured is, for those who load nothing of it: its manifest alone is
   * read.
   *
   * @throws io.github.refragstreams.model.InvalidBundleException when it is missing
   * @throws InvalidConfigException when it is another one than expected
   */
  public static BundleInfo describe(BundleConfig config) {
    return expected(config, ModelBundle.describe(config.folder())).info();
  }

  private static ModelBundle expected(BundleConfig config, ModelBundle bundle) {
    config.manifestSha256().ifPresent(expected -> check(config, expected, bundle));
    return bundle;
  }

  private static void check(BundleConfig config, String expected, ModelBundle bundle) {
    if (!bundle.manifestSha256().equals(expected)) {
      throw new InvalidConfigException(
          "model.manifest-sha256 is '"
              + expected
              + "', but the manifest in "
              + config.folder()
              + " has '"
              + bundle.manifestSha256()
              + "'");
    }
  }

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

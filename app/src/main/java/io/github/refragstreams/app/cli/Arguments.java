package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.model.BundleInfo;
import org.jspecify.annotations.Nullable;

/** Checks of option values. */
final class Arguments {
  private Arguments() {}

  static int atLeast(int least, String option, int value) {
    if (value < least) {
      throw new InvalidConfigException(option + " is " + value + "; it must be at least " + least);
    }
    return value;
  }

  static int port(String option, int value) {
    if (value < 0 || value > 65_535) {
      throw new InvalidConfigException(option + " is " + value + "; it must be from 0 to 65535");
    }
    return value;
  }

  static float fraction(String option, float value) {
    if (!(value >= 0 && value <= 1)) {
      throw new InvalidConfigException(option + " is " + value + "; it must be from 0 to 1");
    }
    return value;
  }

  /**
   * @param given k, or null for the bundle's default
   */
  static int chunkTokens(@Nullable Integer given, BundleInfo bundle) {
    int k = given == null ? bundle.defaultChunkTokens() : given;
    if (!bundle.chunkSizes().contains(k)) {
      throw new InvalidConfigException(
          "--k is "
              + k
              + " but bundle '"
              + bundle.id()
              + "' was trained for "
              + bundle.chunkSizes());
    }
    return k;
  }
}

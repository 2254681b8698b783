package io.github.refragstreams.topology;

import java.time.Duration;

/** Checks of configuration values; messages name the key in the spelling of the configuration. */
final class Require {
  private Require() {}

  static void that(boolean holds, String key, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(key + " is " + value + "; it must be " + expected);
    }
  }

  static void atLeast(long least, String key, long value) {
    that(value >= least, key, value, "at least " + least);
  }

  static void positive(String key, Duration value) {
    that(value.compareTo(Duration.ZERO) > 0, key, value, "above zero");
  }

  static void notNegative(String key, Duration value) {
    that(!value.isNegative(), key, value, "zero or more");
  }
}

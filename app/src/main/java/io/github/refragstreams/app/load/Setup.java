package io.github.refragstreams.app.load;

import java.util.HashMap;
import java.util.Map;

/**
 * How the application runs in one measurement.
 *
 * @param instances in this process, each with models and state of its own
 * @param exactlyOnce whether the guarantee is the product's, or at-least-once to compare with
 * @param settings configuration of the measurement, before the user's
 */
record Setup(int instances, boolean exactlyOnce, Map<String, String> settings) {
  Setup {
    settings = Map.copyOf(settings);
  }

  static Setup plain() {
    return new Setup(1, true, Map.of());
  }

  /** Load changes how long answers take, and not how they are made. */
  static Setup atFullQuality() {
    return plain().with("degrade.enabled", "false");
  }

  Setup withInstances(int number) {
    return new Setup(number, exactlyOnce, settings);
  }

  Setup atLeastOnce() {
    return new Setup(instances, false, settings);
  }

  Setup with(String key, String value) {
    Map<String, String> more = new HashMap<>(settings);
    more.put(key, value);
    return new Setup(instances, exactlyOnce, more);
  }

  /** Stream threads of each instance. */
  Setup withThreads(int number) {
    return with("kafka.num.stream.threads", String.valueOf(number));
  }
}

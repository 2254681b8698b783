package io.github.refragstreams.app.config;

import io.github.refragstreams.topology.DegradeConfig;
import java.time.Duration;
import java.util.List;

/** Keys below {@code degrade.}: how answers become cheaper under load instead of later. */
final class DegradeKeys {
  private static final DegradeConfig DEFAULTS = DegradeConfig.defaults();

  static final Key<Boolean> ENABLED =
      new Key<>(
          "degrade.enabled",
          ValueTypes.bool(),
          DEFAULTS.enabled(),
          "Whether load makes answers cheaper: `selected` in place of `mixed` for queries that do not"
              + " say, then fewer raw chunks, then fewer raw turns of a conversation. If not,"
              + " answers wait.");

  static final Key<Duration> QUEUE_TARGET =
      new Key<>(
          "degrade.queue-target",
          ValueTypes.duration(Duration.ofMillis(1)),
          DEFAULTS.queueTarget(),
          "Time that answers may wait for the decoder before quality is lowered.");

  static final Key<Float> LEAST_EXPAND_FRACTION =
      new Key<>(
          "degrade.least-expand-fraction",
          ValueTypes.fraction(),
          DEFAULTS.leastExpandFraction(),
          "Share of the chunks that stay raw at least, unless a query asks for less;"
              + " `answer.expand-tokens` and `answer.expand-least-tokens` fall by as much. At 0,"
              + " vectors stay in, and answers in mode `selected` read no passage under load.");

  static final List<Key<?>> ALL = List.of(ENABLED, QUEUE_TARGET, LEAST_EXPAND_FRACTION);

  private DegradeKeys() {}

  static DegradeConfig read(ConfigSource source) {
    return new DegradeConfig(
        source.get(ENABLED), source.get(QUEUE_TARGET), source.get(LEAST_EXPAND_FRACTION));
  }
}

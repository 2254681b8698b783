package io.github.refragstreams.app.config;

import io.github.refragstreams.topology.RetryConfig;
import java.time.Duration;
import java.util.List;

/** Keys below {@code retry.}: how failed work is repeated. */
final class RetryKeys {
  private static final RetryConfig DEFAULTS = RetryConfig.defaults();

  static final Key<Integer> ATTEMPTS =
      new Key<>(
          "retry.attempts",
          ValueTypes.integer(1),
          DEFAULTS.attempts(),
          "Most attempts for a record. Where a model fails and works on no other record either, it is"
              + " the model that is broken, and nothing is counted.");

  static final Key<Duration> FIRST_DELAY =
      new Key<>(
          "retry.first-delay",
          ValueTypes.duration(Duration.ofMillis(1)),
          DEFAULTS.firstDelay(),
          "Wait before the second attempt; doubles with each further one.");

  static final Key<Duration> MAX_DELAY =
      new Key<>(
          "retry.max-delay",
          ValueTypes.duration(Duration.ofMillis(1)),
          DEFAULTS.maxDelay(),
          "Longest wait.");

  static final List<Key<?>> ALL = List.of(ATTEMPTS, FIRST_DELAY, MAX_DELAY);

  private RetryKeys() {}

  static RetryConfig read(ConfigSource source) {
    return new RetryConfig(source.get(ATTEMPTS), source.get(FIRST_DELAY), source.get(MAX_DELAY));
  }
}

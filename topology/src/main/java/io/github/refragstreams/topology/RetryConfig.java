package io.github.refragstreams.topology;

import java.time.Duration;

/**
 * How work is repeated that a model could not do at the moment. Keys start with {@code retry}.
 *
 * @param attempts most attempts for a record; those that fail because the model itself is broken,
 *     and works on no other record either, do not count
 * @param firstDelay wait before the second attempt; doubles with each further one
 * @param maxDelay longest wait
 */
public record RetryConfig(int attempts, Duration firstDelay, Duration maxDelay) {
  /** Doublings beyond this many exceed any delay. */
  private static final int MOST_DOUBLINGS = 30;

  public RetryConfig {
    Require.atLeast(1, "retry.attempts", attempts);
    Require.positive("retry.first-delay", firstDelay);
    Require.that(
        maxDelay.compareTo(firstDelay) >= 0,
        "retry.max-delay",
        maxDelay,
        "at least retry.first-delay");
  }

  public static RetryConfig defaults() {
    return new RetryConfig(20, Duration.ofMillis(100), Duration.ofSeconds(30));
  }

  /**
   * Wait after the failure of an attempt.
   *
   * @param attempt 1 for the first
   */
  public Duration delayAfter(int attempt) {
    long factor = 1L << Math.min(attempt - 1, MOST_DOUBLINGS);
    Duration longest = maxDelay.dividedBy(factor);
    return firstDelay.compareTo(longest) >= 0 ? maxDelay : firstDelay.multipliedBy(factor);
  }
}

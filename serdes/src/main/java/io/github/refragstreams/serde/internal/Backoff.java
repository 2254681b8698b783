package io.github.refragstreams.serde.internal;

import java.time.Duration;

/**
 * How often and how long to wait before another attempt: doubling from {@code first} up to {@code
 * max}, each shortened by up to a half so that many clients do not come back at once.
 *
 * @param retries attempts after the first one, at least 0
 * @param first longest wait before the first retry
 * @param max longest wait before any retry
 */
record Backoff(int retries, Duration first, Duration max) {
  private static final int MAX_DOUBLINGS = 30;

  /**
   * @param retry from 0
   * @param random from 0 to 1; 1 waits longest
   */
  Duration before(int retry, double random) {
    long doubled = first.toMillis() << Math.min(retry, MAX_DOUBLINGS);
    boolean overflown = doubled >> Math.min(retry, MAX_DOUBLINGS) != first.toMillis();
    long longest = overflown ? max.toMillis() : Math.min(doubled, max.toMillis());
    return Duration.ofMillis(Math.round(longest * (0.5 + random / 2)));
  }
}

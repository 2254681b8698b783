package io.github.refragstreams.topology;

import java.time.Duration;

/**
 * Bounds of the store of chunk vectors, over all partitions. What was used least recently goes
 * first. Keys start with {@code cache}.
 *
 * @param maxEntries most passages
 * @param maxBytes most bytes
 * @param retention how long the changelog keeps vectors that are not written again; a restored
 *     store lacks what is older, and encodes it anew
 */
public record CacheConfig(long maxEntries, long maxBytes, Duration retention) {
  public CacheConfig {
    Require.atLeast(1, "cache.max-entries", maxEntries);
    Require.atLeast(1, "cache.max-bytes", maxBytes);
    Require.positive("cache.retention", retention);
  }

  public static CacheConfig defaults() {
    return new CacheConfig(100_000, 4L << 30, Duration.ofDays(7));
  }
}

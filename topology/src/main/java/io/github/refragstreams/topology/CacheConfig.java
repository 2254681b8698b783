package io.github.refragstreams.topology;

import java.time.Duration;

/**
 * Bounds of the store of chunk vectors, over all partitions, and of what is kept of it on the heap.
 * What was used least recently goes first. Keys start with {@code cache}.
 *
 * @param maxEntries most passages
 * @param maxBytes most bytes
 * @param hotBytes most bytes of vectors that a process keeps on the heap, in front of the store; 0:
 *     none
 * @param retention how long vectors are kept that nobody uses, those of an earlier bundle among
 *     them; also how long the changelog keeps vectors that are not written again: a restored store
 *     lacks what is older, and encodes it anew
 */
public record CacheConfig(long maxEntries, long maxBytes, long hotBytes, Duration retention) {
  public CacheConfig {
    Require.atLeast(1, "cache.max-entries", maxEntries);
    Require.atLeast(1, "cache.max-bytes", maxBytes);
    Require.atLeast(0, "cache.hot-bytes", hotBytes);
    Require.positive("cache.retention", retention);
  }

  public static CacheConfig defaults() {
    return new CacheConfig(100_000, 4L << 30, 64L << 20, Duration.ofDays(7));
  }
}

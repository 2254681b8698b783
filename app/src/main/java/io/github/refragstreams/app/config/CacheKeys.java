package io.github.refragstreams.app.config;

import io.github.refragstreams.topology.CacheConfig;
import java.time.Duration;
import java.util.List;

/**
 * Keys below {@code cache.}: bounds of the store of chunk vectors, and of what is kept on the heap.
 */
final class CacheKeys {
  private static final CacheConfig DEFAULTS = CacheConfig.defaults();

  static final Key<Long> MAX_ENTRIES =
      new Key<>(
          "cache.max-entries",
          ValueTypes.whole(1),
          DEFAULTS.maxEntries(),
          "Most passages over all partitions; the least recently used go first.");

  static final Key<Long> MAX_BYTES =
      new Key<>(
          "cache.max-bytes",
          ValueTypes.size(),
          DEFAULTS.maxBytes(),
          "Most bytes over all partitions.");

  static final Key<Long> HOT_BYTES =
      new Key<>(
          "cache.hot-bytes",
          ValueTypes.size(),
          DEFAULTS.hotBytes(),
          "Most bytes of vectors that a process keeps on the heap, in front of the store; `0B`:"
              + " none.");

  static final Key<Duration> RETENTION =
      new Key<>(
          "cache.retention",
          ValueTypes.duration(Duration.ofMillis(1)),
          DEFAULTS.retention(),
          "How long vectors are kept that nobody uses, those of an earlier bundle among them; also"
              + " how long the changelog keeps vectors that are not written again.");

  static final List<Key<?>> ALL = List.of(MAX_ENTRIES, MAX_BYTES, HOT_BYTES, RETENTION);

  private CacheKeys() {}

  static CacheConfig read(ConfigSource source) {
    return new CacheConfig(
        source.get(MAX_ENTRIES),
        source.get(MAX_BYTES),
        source.get(HOT_BYTES),
        source.get(RETENTION));
  }
}

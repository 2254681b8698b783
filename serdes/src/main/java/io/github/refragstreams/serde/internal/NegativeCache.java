package io.github.refragstreams.serde.internal;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Remembers for a while that something is missing, so that a topic full of records with an unknown
 * id costs one call per while and not one per record. Holds the newest entries only. Thread-safe.
 *
 * @param <K> what was asked for
 * @param <V> what was said
 */
final class NegativeCache<K, V> {
  private record Entry<V>(V answer, long since) {}

  private final int maxEntries;
  private final Duration ttl;
  private final LongSupplier nanoTime;

  // Guarded by itself. INVARIANT: at most maxEntries, in the order they were put.
  private final Map<K, Entry<V>> entries = new LinkedHashMap<>();

  /**
   * @param maxEntries most entries; 0 remembers nothing
   * @param ttl how long an entry counts
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  NegativeCache(int maxEntries, Duration ttl, LongSupplier nanoTime) {
    this.maxEntries = maxEntries;
    this.ttl = ttl;
    this.nanoTime = nanoTime;
  }

  Optional<V> get(K key) {
    synchronized (entries) {
      Entry<V> entry = entries.get(key);
      if (entry == null) {
        return Optional.empty();
      }
      if (nanoTime.getAsLong() - entry.since() >= ttl.toNanos()) {
        entries.remove(key);
        return Optional.empty();
      }
      return Optional.of(entry.answer());
    }
  }

  void put(K key, V answer) {
    if (maxEntries == 0) {
      return;
    }
    synchronized (entries) {
      entries.remove(key);
      entries.put(key, new Entry<>(answer, nanoTime.getAsLong()));
      if (entries.size() > maxEntries) {
        Iterator<K> oldest = entries.keySet().iterator();
        oldest.next();
        oldest.remove();
      }
    }
  }

  void remove(K key) {
    synchronized (entries) {
      entries.remove(key);
    }
  }

  int size() {
    synchronized (entries) {
      return entries.size();
    }
  }
}

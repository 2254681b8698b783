package io.github.refragstreams.topology.internal.encode;

import io.github.refragstreams.topology.internal.store.EncodedText;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The store of vectors of one task, bounded by entries and bytes: what was used least recently goes
 * first. Sizes and last uses stand in a store of their own, which is small enough to be read at the
 * start; a use is written down at most every {@link #USE_STEP}, so that reading hardly writes.
 */
final class VectorCache {
  static final Duration USE_STEP = Duration.ofMinutes(10);

  /** A tick stays short, however much has to go. */
  private static final int MOST_EVICTIONS = 256;

  private final KeyValueStore<Bytes, byte[]> vectors;
  private final KeyValueStore<Bytes, byte[]> uses;
  private final long maxEntries;
  private final long maxBytes;

  /** Least recently used first. */
  private final LinkedHashMap<Bytes, Use> index = new LinkedHashMap<>(16, 0.75f, true);

  /** INVARIANT: sum of the bytes over {@link #index}. */
  private long bytes;

  /**
   * @param size bytes of key and value
   * @param written last use that is written down, milliseconds of the wall clock
   */
  private record Use(int size, long written) {
    static Use read(byte[] stored) {
      ByteBuffer in = ByteBuffer.wrap(stored);
      return new Use(in.getInt(), in.getLong());
    }

    byte[] stored() {
      return ByteBuffer.allocate(Integer.BYTES + Long.BYTES).putInt(size).putLong(written).array();
    }
  }

  VectorCache(
      KeyValueStore<Bytes, byte[]> vectors,
      KeyValueStore<Bytes, byte[]> uses,
      long maxEntries,
      long maxBytes) {
    this.vectors = vectors;
    this.uses = uses;
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
    load();
  }

  private void load() {
    List<KeyValue<Bytes, Use>> all = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> stored = uses.all()) {
      stored.forEachRemaining(entry -> all.add(KeyValue.pair(entry.key, Use.read(entry.value))));
    }
    all.sort(Comparator.comparingLong(entry -> entry.value.written));
    all.forEach(entry -> remember(entry.key, entry.value));
  }

  @Nullable EncodedText get(Bytes key, long now) {
    byte[] stored = vectors.get(key);
    if (stored == null) {
      return null;
    }
    Use use = index.get(key);
    if (use == null || now - use.written >= USE_STEP.toMillis()) {
      write(key, new Use(size(key, stored), now));
    }
    return EncodedText.read(stored);
  }

  void put(Bytes key, EncodedText text, long now) {
    byte[] stored = text.stored();
    vectors.put(key, stored);
    write(key, new Use(size(key, stored), now));
  }

  /** Removes what is too much, some of it at a time. */
  void evict() {
    Iterator<Map.Entry<Bytes, Use>> eldest = index.entrySet().iterator();
    for (int n = 0; n < MOST_EVICTIONS && isFull() && eldest.hasNext(); n++) {
      Map.Entry<Bytes, Use> entry = eldest.next();
      vectors.delete(entry.getKey());
      uses.delete(entry.getKey());
      bytes -= entry.getValue().size;
      eldest.remove();
    }
  }

  private boolean isFull() {
    return index.size() > maxEntries || bytes > maxBytes;
  }

  private void write(Bytes key, Use use) {
    uses.put(key, use.stored());
    remember(key, use);
  }

  private void remember(Bytes key, Use use) {
    Use before = index.put(key, use);
    bytes += use.size - (before == null ? 0 : before.size);
  }

  private static int size(Bytes key, byte[] stored) {
    return key.get().length + stored.length;
  }
}

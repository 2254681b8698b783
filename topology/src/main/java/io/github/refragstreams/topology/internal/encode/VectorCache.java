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
 * The store of vectors of one task, bounded by entries, bytes and time without use: what was used
 * least recently goes first. A deletion goes to the changelog as well, which is compacted. Nobody
 * uses the vectors of an earlier bundle any more, so that they go in time. Sizes and last uses
 * stand in a store of their own, which is small enough to be read at the start; a use is written
 * down at most every {@link #MOST_USE_STEP}, so that reading hardly writes.
 */
final class VectorCache {
  private static final Duration MOST_USE_STEP = Duration.ofMinutes(10);

  /** A tick stays short, however much has to go. */
  private static final int MOST_EVICTIONS = 256;

  private final KeyValueStore<Bytes, byte[]> vectors;
  private final KeyValueStore<Bytes, byte[]> uses;
  private final HotVectors hot;
  private final Bounds bounds;

  /** Milliseconds; shorter than the time without use after which something goes. */
  private final long useStep;

  /** Least recently used first. */
  private final LinkedHashMap<Bytes, Use> index = new LinkedHashMap<>(16, 0.75f, true);

  /** INVARIANT: sum of the bytes over {@link #index}. */
  private long bytes;

  /**
   * What the store may hold.
   *
   * @param entries most texts
   * @param bytes most bytes of keys and values
   * @param idle longest time without use
   */
  record Bounds(long entries, long bytes, Duration idle) {}

  /**
   * @param size bytes of key and value
   * @param written last use that is written down, milliseconds of the wall clock
   */
  private record Use(int size, long written) {
    private static final byte VERSION = 1;
    private static final int BYTES = Byte.BYTES + Integer.BYTES + Long.BYTES;

    /** One of another version: goes first, unless it is used before. */
    private static final Use UNREADABLE = new Use(0, 0);

    static Use read(byte[] stored) {
      ByteBuffer in = ByteBuffer.wrap(stored);
      if (stored.length != BYTES || in.get() != VERSION) {
        return UNREADABLE;
      }
      return new Use(in.getInt(), in.getLong());
    }

    byte[] stored() {
      return ByteBuffer.allocate(BYTES).put(VERSION).putInt(size).putLong(written).array();
    }
  }

  VectorCache(
      KeyValueStore<Bytes, byte[]> vectors,
      KeyValueStore<Bytes, byte[]> uses,
      HotVectors hot,
      Bounds bounds) {
    this.vectors = vectors;
    this.uses = uses;
    this.hot = hot;
    this.bounds = bounds;
    this.useStep = Math.min(MOST_USE_STEP.toMillis(), bounds.idle.toMillis() / 2);
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
    Use use = index.get(key);
    // What is hot of a transaction that was given up is not in the store: it is not taken for it.
    EncodedText text = use == null ? null : hot.get(key);
    if (text == null) {
      byte[] stored = vectors.get(key);
      // After a change of version, each passage is encoded once more.
      if (stored == null || !EncodedText.isReadable(stored)) {
        return null;
      }
      text = EncodedText.read(stored);
      hot.put(key, text);
    }
    if (use == null || now - use.written >= useStep) {
      write(key, new Use(size(key, text), now));
    }
    return text;
  }

  void put(Bytes key, EncodedText text, long now) {
    vectors.put(key, text.stored());
    hot.put(key, text);
    write(key, new Use(size(key, text), now));
  }

  /** Removes what is too much or too old, some of it at a time. */
  void evict(long now) {
    Iterator<Map.Entry<Bytes, Use>> eldest = index.entrySet().iterator();
    for (int n = 0; n < MOST_EVICTIONS && eldest.hasNext(); n++) {
      Map.Entry<Bytes, Use> entry = eldest.next();
      if (!isFull() && entry.getValue().written >= now - bounds.idle.toMillis()) {
        return;
      }
      // To delete would be to read what was there.
      vectors.put(entry.getKey(), null);
      uses.put(entry.getKey(), null);
      hot.remove(entry.getKey());
      bytes -= entry.getValue().size;
      eldest.remove();
    }
  }

  private boolean isFull() {
    return index.size() > bounds.entries || bytes > bounds.bytes;
  }

  private void write(Bytes key, Use use) {
    uses.put(key, use.stored());
    remember(key, use);
  }

  private void remember(Bytes key, Use use) {
    Use before = index.put(key, use);
    bytes += use.size - (before == null ? 0 : before.size);
  }

  private static int size(Bytes key, EncodedText text) {
    return key.get().length + text.bytes();
  }
}

package io.github.refragstreams.topology.internal.encode;

import io.github.refragstreams.topology.internal.store.Pending;
import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The store of waiting passages of one task; a passage's id is its offset. */
final class PendingPassages {
  private final KeyValueStore<Bytes, Pending> store;

  PendingPassages(KeyValueStore<Bytes, Pending> store) {
    this.store = store;
  }

  /** Calls for each, oldest first; once, at the start. */
  void load(BiConsumer<Long, Pending> each) {
    try (KeyValueIterator<Bytes, Pending> all = store.all()) {
      all.forEachRemaining(
          entry -> each.accept(ByteBuffer.wrap(entry.key.get()).getLong(), entry.value));
    }
  }

  void put(long id, Pending pending) {
    store.put(key(id), pending);
  }

  void remove(long id) {
    store.delete(key(id));
  }

  @Nullable Pending get(long id) {
    return store.get(key(id));
  }

  private static Bytes key(long id) {
    return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(id).array());
  }
}

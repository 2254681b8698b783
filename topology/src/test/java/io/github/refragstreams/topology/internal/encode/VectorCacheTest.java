package io.github.refragstreams.topology.internal.encode;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.topology.internal.store.EncodedText;
import java.time.Duration;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.internals.InMemoryKeyValueStore;
import org.junit.jupiter.api.Test;

class VectorCacheTest {
  private static final Bytes KEY = Bytes.wrap(new byte[] {1});

  private final Store vectors = new Store();
  private final Store uses = new Store();

  /** One that, like RocksDB's, has to read what it tells of a deletion. */
  private static final class Store extends InMemoryKeyValueStore {
    private int reads;

    Store() {
      super("store");
    }

    @Override
    public synchronized byte[] get(Bytes key) {
      reads++;
      return super.get(key);
    }

    @Override
    public synchronized byte[] delete(Bytes key) {
      reads++;
      return super.delete(key);
    }
  }

  @Test
  void readsNothingOfWhatItRemoves() {
    // Given
    VectorCache cache =
        new VectorCache(
            vectors,
            uses,
            new HotVectors(0),
            new VectorCache.Bounds(10, 1_000, Duration.ofHours(1)));
    ChunkVectors rows = ChunkVectors.ofFloats(1, 1, new float[] {1});
    cache.put(KEY, new EncodedText(new byte[4], new byte[4], rows), 0);
    // When
    cache.evict(Duration.ofHours(2).toMillis());
    // Then
    assertThat(vectors.approximateNumEntries()).isZero();
    assertThat(uses.approximateNumEntries()).isZero();
    assertThat(vectors.reads + uses.reads).isZero();
  }
}

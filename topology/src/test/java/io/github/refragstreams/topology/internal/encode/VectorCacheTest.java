package io.github.refragstreams.topology.internal.encode;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.topology.internal.store.EncodedText;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.internals.InMemoryKeyValueStore;
import org.junit.jupiter.api.Test;

class VectorCacheTest {
  private static final Bytes KEY = Bytes.wrap(new byte[] {1});
  private static final Duration IDLE = Duration.ofHours(1);

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
  void whatAnotherBundleHasLeftIsNeverReadAndGoesInTime() {
    // Given
    Bytes old = VectorKey.of(new byte[32], bundle("old"), 4);
    Bytes own = VectorKey.of(new byte[32], bundle("new"), 4);
    cache().put(old, text(1), 0);
    // When: another process has another bundle of the same width
    VectorCache upgraded = cache();
    // Then
    assertThat(upgraded.get(own, 1)).isNull();
    upgraded.put(own, text(2), IDLE.toMillis());
    upgraded.evict(IDLE.toMillis() + 1);
    assertThat(vectors.get(old)).isNull();
    assertThat(uses.get(old)).isNull();
    EncodedText kept = upgraded.get(own, IDLE.toMillis() + 1);
    assertThat(kept).isNotNull();
    assertThat(kept.vectors()).isEqualTo(text(2).vectors());
  }

  @Test
  void whatAnotherVersionHasWrittenOfAUseGoesUnlessItIsUsedBefore() {
    // Given
    Bytes unused = Bytes.wrap(new byte[] {2});
    VectorCache before = cache();
    before.put(KEY, text(1), 0);
    before.put(unused, text(2), 0);
    uses.put(KEY, new byte[] {99, 1});
    uses.put(unused, new byte[] {99, 1});
    // When
    VectorCache after = cache();
    long now = Duration.ofDays(20_000).toMillis();
    assertThat(after.get(KEY, now)).isNotNull();
    after.evict(now);
    // Then
    assertThat(vectors.get(KEY)).isNotNull();
    assertThat(vectors.get(unused)).isNull();
    assertThat(uses.get(unused)).isNull();
  }

  private VectorCache cache() {
    return new VectorCache(
        vectors, uses, new HotVectors(0), new VectorCache.Bounds(10, 1_000, IDLE));
  }

  private static EncodedText text(float value) {
    return new EncodedText(
        new byte[4], new byte[4], ChunkVectors.ofFloats(1, 1, new float[] {value}));
  }

  private static BundleInfo bundle(String encoderId) {
    return new BundleInfo("fake", "1", encoderId, 1, List.of(2, 4), 2, false);
  }

  @Test
  void readsNothingOfWhatItRemoves() {
    // Given
    VectorCache cache = cache();
    cache.put(KEY, text(1), 0);
    // When
    cache.evict(Duration.ofHours(2).toMillis());
    // Then
    assertThat(vectors.approximateNumEntries()).isZero();
    assertThat(uses.approximateNumEntries()).isZero();
    assertThat(vectors.reads + uses.reads).isZero();
  }
}

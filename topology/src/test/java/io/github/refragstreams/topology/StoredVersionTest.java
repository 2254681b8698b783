package io.github.refragstreams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

/** Stores that another version of the program has written. */
class StoredVersionTest {
  private static final byte OTHER_VERSION = 99;

  @Test
  void encodesAnewWhatAnotherVersionHasStored() {
    CacheConfig cache = CacheConfig.defaults();
    CacheConfig cold = new CacheConfig(cache.maxEntries(), cache.maxBytes(), 0, cache.retention());
    try (TopologyFixture fixture =
        new TopologyFixture(TopologyFixture.testConfig().withCache(cold))) {
      // Given
      fixture.retrieve(Samples.passage("q1", "p"));
      fixture.tick();
      KeyValueStore<Bytes, byte[]> vectors =
          fixture.driver.getKeyValueStore(TopologyNames.CHUNK_EMBEDDINGS);
      try (KeyValueIterator<Bytes, byte[]> all = vectors.all()) {
        vectors.put(all.next().key, new byte[] {OTHER_VERSION, 1, 2, 3});
      }
      assertThat(StoreQueries.passage(vectors, fixture.fakes.bundle(), "Title", "text of p"))
          .isEmpty();
      // When
      fixture.ask(Samples.query("q2").setExpectedPassages(1));
      fixture.retrieve(Samples.passage("q2", "p"));
      fixture.tick();
      fixture.tick();
      // Then
      assertThat(fixture.fakes.encoder().texts()).hasSize(2);
      assertThat(fixture.answers()).hasSize(1);
      assertThat(fixture.deadLetters()).isEmpty();
    }
  }
}

package io.github.refragstreams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However much is due at once, a tick does a part of it: a transaction may not take for ever. */
@Timeout(60)
class ShortTransactionsTest {
  private static final int MANY = 600;

  @ParameterizedTest
  @CsvSource({
    // One flies, the others wait in the backlog, and find vectors in the cache.
    "1, 343 87 0",
    // All have joined the one that flies; what is not served with it finds vectors in the cache.
    "2, 88 0 0"
  })
  void passagesOfOneTextLeaveSomeAtATime(int inFlight, String left) {
    EncodeConfig encode = new EncodeConfig(inFlight, 1_000, 1_000, 1, 1_000);
    try (TopologyFixture fixture =
        new TopologyFixture(TopologyFixture.testConfig().withEncode(encode))) {
      // Given
      fixture.fakes.encoder().hold();
      for (int i = 0; i < MANY; i++) {
        fixture.retrieve(Samples.passage("q" + i, "p").setText("the same"));
      }
      assertThat(entries(fixture, TopologyNames.ENCODE_PENDING)).isEqualTo(MANY);
      // When
      fixture.fakes.encoder().release();
      // Then
      for (String expected : left.split(" ")) {
        fixture.tick();
        assertThat(entries(fixture, TopologyNames.ENCODE_PENDING))
            .isEqualTo(Integer.parseInt(expected));
      }
      assertThat(fixture.fakes.encoder().texts()).hasSize(1);
      assertThat(entries(fixture, TopologyNames.REQUEST_PASSAGES)).isEqualTo(MANY);
      assertThat(fixture.deadLetters()).isEmpty();
    }
  }

  @Test
  void orphansLeaveSomeAtATime() {
    try (TopologyFixture fixture = new TopologyFixture()) {
      // Given: 30 queries that never come, with 100 passages each
      int queries = 30;
      int passages = 100;
      for (int q = 0; q < queries; q++) {
        for (int p = 0; p < passages; p++) {
          fixture.retrieve(Samples.passage("q" + q, "p" + p).setText("the same"));
        }
      }
      fixture.tick();
      assertThat(entries(fixture, TopologyNames.REQUEST_PASSAGES)).isEqualTo(queries * passages);
      // When
      fixture.advance(fixture.config.answer().orphanAfter());
      fixture.tick();
      // Then
      int letters = fixture.deadLetters().size();
      assertThat(letters).isPositive().isLessThan(queries * passages);
      for (int tick = 0; tick < queries && letters < queries * passages; tick++) {
        fixture.tick();
        int more = fixture.deadLetters().size();
        assertThat(more).isLessThanOrEqualTo(1_100);
        letters += more;
      }
      assertThat(letters).isEqualTo(queries * passages);
      assertThat(entries(fixture, TopologyNames.REQUEST_PASSAGES)).isZero();
    }
  }

  private static int entries(TopologyFixture fixture, String store) {
    KeyValueStore<Bytes, byte[]> found = fixture.driver.getKeyValueStore(store);
    int entries = 0;
    try (KeyValueIterator<Bytes, byte[]> all = found.all()) {
      for (; all.hasNext(); all.next()) {
        entries++;
      }
    }
    return entries;
  }
}

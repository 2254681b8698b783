package io.github.refragstreams.serde.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NegativeCacheTest {
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);

  @Test
  void forgetsAfterItsTime() {
    // Given
    NegativeCache<Integer, String> cache = cache(10);
    cache.put(1, "gone");
    // When
    clock.addAndGet(99);
    var before = cache.get(1);
    clock.incrementAndGet();
    var after = cache.get(1);
    // Then
    assertThat(before).contains("gone");
    assertThat(after).isEmpty();
    assertThat(cache.size()).isZero();
  }

  @Test
  void holdsTheNewestEntriesOnly() {
    // Given
    NegativeCache<Integer, String> cache = cache(3);
    // When
    IntStream.of(1, 2, 3, 1, 4).forEach(id -> cache.put(id, "gone"));
    // Then
    assertThat(IntStream.rangeClosed(1, 4).filter(id -> cache.get(id).isPresent()))
        .containsExactly(1, 3, 4);
  }

  @Test
  void holdsNothingWhenItHasNoRoom() {
    // Given
    NegativeCache<Integer, String> cache = cache(0);
    // When
    cache.put(1, "gone");
    // Then
    assertThat(cache.get(1)).isEmpty();
  }

  private NegativeCache<Integer, String> cache(int maxEntries) {
    return new NegativeCache<>(maxEntries, Duration.ofNanos(100), clock::get);
  }
}

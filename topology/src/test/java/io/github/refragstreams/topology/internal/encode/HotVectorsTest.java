package io.github.refragstreams.topology.internal.encode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.topology.internal.store.EncodedText;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

class HotVectorsTest {
  private static final int TEXTS = 100;

  @Test
  void holdsNoMoreBytesThanConfigured() {
    // Given
    HotVectors hot = new HotVectors(10L * (key(0).get().length + text().bytes()));
    // When
    for (int i = 0; i < TEXTS; i++) {
      hot.put(key(i), text());
    }
    // Then
    int held = 0;
    for (int i = 0; i < TEXTS; i++) {
      held += hot.get(key(i)) == null ? 0 : 1;
    }
    assertThat(held).isBetween(1, 10);
  }

  @Test
  void holdsNothingWithoutBytes() {
    // Given
    HotVectors none = new HotVectors(0);
    // When
    none.put(key(1), text());
    // Then
    assertThat(none.get(key(1))).isNull();
  }

  @Test
  void forgetsWhatItIsTold() {
    // Given
    HotVectors hot = new HotVectors(1_000);
    hot.put(key(1), text());
    // When
    hot.remove(key(1));
    // Then
    assertThat(hot.get(key(1))).isNull();
  }

  private static Bytes key(int i) {
    return Bytes.wrap(String.format("%02d", i).getBytes(UTF_8));
  }

  private static EncodedText text() {
    return new EncodedText(new byte[4], new byte[4], ChunkVectors.ofFloats(1, 2, new float[2]));
  }
}

package io.github.refragstreams.topology.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class EncodedTextTest {
  private final ChunkedText text =
      new ChunkedText(2, new int[] {7, 1 << 30, 9}, new int[] {1, 4, 6}, 3);
  private final ChunkVectors vectors =
      ChunkVectors.ofFloats(2, 3, new float[] {1, -2, 3.5f, 0, 65504, 1e-7f});

  @Test
  void readsWhatItHasStored() {
    // When
    EncodedText read = EncodedText.read(EncodedText.of(text, vectors).stored());
    // Then
    assertThat(read.vectors()).isEqualTo(vectors);
    assertThat(Ints.numbers(ByteBuffer.wrap(read.tokenIds()))).containsExactly(7, 1 << 30, 9);
    assertThat(Ints.numbers(ByteBuffer.wrap(read.tokenEnds()))).containsExactly(1, 4, 6);
  }

  @Test
  void readsStatesThatItHasStored() {
    // Given
    ChunkVectors states = ChunkVectors.ofFloats(3, 3, new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
    // When
    EncodedText read = EncodedText.read(EncodedText.of(text, vectors.withStates(states)).stored());
    // Then
    assertThat(read.vectors().states()).isEqualTo(states);
    assertThat(read.vectors().withStates(null)).isEqualTo(vectors);
  }

  @Test
  void knowsItsLengthInTheStore() {
    // Given
    EncodedText plain = EncodedText.of(text, vectors);
    ChunkVectors states = ChunkVectors.ofFloats(3, 3, new float[9]);
    EncodedText withStates = EncodedText.of(text, vectors.withStates(states));
    // Then
    assertThat(plain.bytes()).isEqualTo(plain.stored().length);
    assertThat(withStates.bytes()).isEqualTo(withStates.stored().length);
  }

  @Test
  void writesTokensLittleEndian() {
    assertThat(Ints.bytes(new int[] {1, 0x01020304})).containsExactly(1, 0, 0, 0, 4, 3, 2, 1);
  }

  @Test
  void refusesDamagedBytes() {
    // Given
    byte[] stored = EncodedText.of(text, vectors).stored();
    // Then
    assertThatThrownBy(() -> EncodedText.read(Arrays.copyOf(stored, stored.length - 1)))
        .isInstanceOf(SerializationException.class);
    stored[0] = 9;
    assertThatThrownBy(() -> EncodedText.read(stored))
        .rootCause()
        .hasMessage("an encoded text has version 9; expected 2");
  }
}

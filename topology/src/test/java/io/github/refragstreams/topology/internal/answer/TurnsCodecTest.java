package io.github.refragstreams.topology.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.topology.internal.record.Binary;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class TurnsCodecTest {
  @Test
  void readsWhatItWrites() {
    // Given
    TurnVectors vectors =
        new TurnVectors("encoder", 4, ChunkVectors.ofFloats(1, 2, new float[] {1f, -2f}));
    Turn old = new Turn("old?", "yes", List.of(new byte[] {1, 2}), 5, vectors);
    Turn last = new Turn("last?", "", List.of(), 7, null);
    // When
    List<Turn> read = TurnsCodec.read(TurnsCodec.write(List.of(old, last)));
    // Then
    assertThat(read).hasSize(2);
    assertThat(read.get(0).vectors()).isEqualTo(vectors);
    assertThat(read.get(0).passageHashes()).containsExactly(new byte[] {1, 2});
    assertThat(read.get(1)).isEqualTo(last);
  }

  @Test
  void readsTurnsFromBeforeTheyHadVectors() {
    // Given
    byte[] first =
        Binary.write(
            out -> {
              out.writeByte(1);
              out.writeInt(1);
              Binary.text(out, "q");
              Binary.text(out, "a");
              out.writeLong(3);
              out.writeInt(0);
            });
    // Then
    assertThat(TurnsCodec.read(first)).containsExactly(new Turn("q", "a", List.of(), 3, null));
  }

  @Test
  void refusesAnotherVersion() {
    assertThatThrownBy(() -> TurnsCodec.read(new byte[] {3}))
        .isInstanceOf(SerializationException.class)
        .hasRootCauseMessage("a conversation has version 3; expected 2");
  }
}

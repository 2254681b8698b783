package io.github.refragstreams.topology.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class GenerationIdsTest {

  @Test
  void growWithTime() {
    // Given
    String before = GenerationIds.at(1_795_000_000_000L);
    // Then
    for (int i = 1; i < 1_000; i++) {
      String after = GenerationIds.at(1_795_000_000_000L + i);
      assertThat(after).isGreaterThan(before);
      before = after;
    }
  }

  @Test
  void areUuidsOfVersion7() {
    // When
    UUID id = UUID.fromString(GenerationIds.at(1_795_000_000_000L));
    // Then
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(1_795_000_000_000L);
  }

  @Test
  void differAtTheSameTime() {
    assertThat(GenerationIds.at(1)).isNotEqualTo(GenerationIds.at(1));
  }
}

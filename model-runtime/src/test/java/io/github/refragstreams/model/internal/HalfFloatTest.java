package io.github.refragstreams.model.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfFloatTest {
  @Test
  void everyHalfFloatComesBack() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      short half = (short) bits;
      float value = HalfFloat.toFloat(half);
      if (!Float.isNaN(value) && !Float.isInfinite(value)) {
        assertThat(HalfFloat.fromFloat(value)).isEqualTo(half);
      }
    }
  }

  @Test
  void roundsToTheNearestTiesToEven() {
    assertThat(HalfFloat.toFloat(HalfFloat.fromFloat(1f + 0x1p-11f))).isEqualTo(1f);
    assertThat(HalfFloat.toFloat(HalfFloat.fromFloat(1f + 3 * 0x1p-11f))).isEqualTo(1f + 0x1p-9f);
    assertThat(HalfFloat.toFloat(HalfFloat.fromFloat(1f + 0x1.1p-11f))).isEqualTo(1f + 0x1p-10f);
  }

  @Test
  void clampsToTheRange() {
    assertThat(HalfFloat.toFloat(HalfFloat.fromFloat(1e9f))).isEqualTo(65504f);
    assertThat(HalfFloat.toFloat(HalfFloat.fromFloat(-1e9f))).isEqualTo(-65504f);
  }

  @Test
  void knowsItsSubnormals() {
    assertThat(HalfFloat.toFloat((short) 1)).isEqualTo(0x1p-24f);
    assertThat(HalfFloat.fromFloat(0x1p-14f - 0x1p-26f)).isEqualTo((short) 0x0400);
    assertThat(HalfFloat.fromFloat(0x1p-26f)).isZero();
  }
}

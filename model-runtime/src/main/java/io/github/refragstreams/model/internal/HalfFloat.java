package io.github.refragstreams.model.internal;

/** IEEE 754 binary16 conversions; {@code Float.floatToFloat16} needs Java 20. */
public final class HalfFloat {
  private static final float MAX = 65504f;

  private HalfFloat() {}

  /**
   * Nearest half float, ties to even; finite values beyond the range become the largest finite
   * half.
   */
  public static short fromFloat(float value) {
    float clamped = Float.isFinite(value) ? Math.max(-MAX, Math.min(MAX, value)) : value;
    int bits = Float.floatToRawIntBits(clamped);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude >= 0x7f800000) {
      return (short) (sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00));
    }
    if (magnitude < 0x38800000) { // subnormal half: fixed point with 24 fractional bits
      float scaled = Math.abs(clamped) * 16777216f;
      return (short) (sign | (int) Math.rint(scaled));
    }
    int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return (short) (sign | ((rounded - 0x38000000) >>> 13));
  }

  /** Replaces each value by the nearest that a half float has. */
  public static void round(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = toFloat(fromFloat(values[i]));
    }
  }

  /** The value of a half float. */
  public static float toFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int mantissa = half & 0x3ff;
    if (exponent == 0) {
      float value = mantissa * 0x1p-24f;
      return sign == 0 ? value : -value;
    }
    int bits =
        exponent == 0x1f
            ? 0x7f800000 | (mantissa << 13)
            : ((exponent + 112) << 23) | (mantissa << 13);
    return Float.intBitsToFloat(sign | bits);
  }
}

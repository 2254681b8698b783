package io.github.refragstreams.topology.internal.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers as little-endian int32. */
public final class Ints {
  private Ints() {}

  public static byte[] bytes(int[] numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(numbers);
    return bytes.array();
  }

  public static int[] numbers(ByteBuffer bytes) {
    int[] numbers = new int[bytes.remaining() / Integer.BYTES];
    bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(numbers);
    return numbers;
  }
}

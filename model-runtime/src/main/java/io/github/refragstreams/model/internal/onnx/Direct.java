package io.github.refragstreams.model.internal.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** Memory outside the heap, which the engine reads and writes in place. */
final class Direct {
  private Direct() {}

  static ByteBuffer bytes(long count) {
    return ByteBuffer.allocateDirect(Math.toIntExact(count)).order(ByteOrder.nativeOrder());
  }

  static FloatBuffer floats(long count) {
    return bytes(Float.BYTES * count).asFloatBuffer();
  }

  static IntBuffer ints(long count) {
    return bytes(Integer.BYTES * count).asIntBuffer();
  }

  static LongBuffer longs(long count) {
    return bytes(Long.BYTES * count).asLongBuffer();
  }
}

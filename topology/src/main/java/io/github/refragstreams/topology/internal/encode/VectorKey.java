package io.github.refragstreams.topology.internal.encode;

import io.github.refragstreams.model.BundleInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;

/**
 * Key of the store of vectors: everything that changes the value. A new encoder never reads the
 * vectors of an old one.
 */
public final class VectorKey {
  private VectorKey() {}

  /**
   * @param textHash 32 bytes
   * @param chunkTokens k
   */
  public static Bytes of(byte[] textHash, BundleInfo bundle, int chunkTokens) {
    byte[] encoder = bundle.encoderId().getBytes(StandardCharsets.UTF_8);
    ByteBuffer key = ByteBuffer.allocate(textHash.length + Integer.BYTES + encoder.length);
    return Bytes.wrap(key.put(textHash).putInt(chunkTokens).put(encoder).array());
  }
}

package io.github.refragstreams.topology;

import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.topology.internal.encode.VectorKey;
import io.github.refragstreams.topology.internal.record.TextHash;
import io.github.refragstreams.topology.internal.store.EncodedText;

/**
 * An entry of store {@link TopologyNames#CHUNK_EMBEDDINGS}, made anew: whether what the store holds
 * is what the encoder says can be checked against it.
 *
 * @param key key of the entry
 * @param value its value
 */
public record StoredVectors(byte[] key, byte[] value) {
  /**
   * The entry of a text.
   *
   * @param readText the text that was chunked, title included
   * @param vectors the encoder's
   */
  public static StoredVectors of(
      String readText, ChunkedText chunks, ChunkVectors vectors, BundleInfo bundle) {
    return new StoredVectors(
        VectorKey.of(TextHash.of(readText), bundle, chunks.chunkTokens()).get(),
        EncodedText.of(chunks, vectors).stored());
  }

  @Override
  public String toString() {
    return "StoredVectors[" + value.length + " bytes]";
  }
}

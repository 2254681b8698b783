package io.github.refragstreams.topology.internal.store;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.topology.internal.record.Binary;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the encoder makes of a text: its tokens, and a vector for each chunk. The form in the store
 * depends on the text alone, not on where its title ends.
 *
 * @param tokenIds n token ids, little-endian int32
 * @param tokenEnds end of each token in the read text, little-endian int32
 * @param vectors one row per chunk; with token states where they are kept
 */
public record EncodedText(byte[] tokenIds, byte[] tokenEnds, ChunkVectors vectors) {
  private static final int VERSION = 2;

  /** Version, rows, dimension and four lengths. */
  private static final int FRAME = Byte.BYTES + 6 * Integer.BYTES;

  public static EncodedText of(ChunkedText text, ChunkVectors vectors) {
    return new EncodedText(Ints.bytes(text.tokenIds()), Ints.bytes(text.tokenEnds()), vectors);
  }

  /** Whether bytes are of this version: others can be made again. */
  public static boolean isReadable(byte[] stored) {
    return stored.length > 0 && stored[0] == VERSION;
  }

  public static EncodedText read(byte[] stored) {
    return Binary.read(stored, EncodedText::read);
  }

  public byte[] stored() {
    return Binary.write(this::write);
  }

  /** Length of {@link #stored}. */
  public int bytes() {
    ChunkVectors states = vectors.states();
    return FRAME
        + tokenIds.length
        + tokenEnds.length
        + vectors.halves().length
        + (states == null ? 0 : states.halves().length);
  }

  private void write(DataOutputStream out) throws IOException {
    out.writeByte(VERSION);
    Binary.bytes(out, tokenIds);
    Binary.bytes(out, tokenEnds);
    out.writeInt(vectors.rows());
    out.writeInt(vectors.dimension());
    Binary.bytes(out, vectors.halves());
    ChunkVectors states = vectors.states();
    Binary.bytes(out, states == null ? null : states.halves());
  }

  private static EncodedText read(DataInputStream in) throws IOException {
    int version = in.readByte();
    if (version != VERSION) {
      throw new IOException("an encoded text has version " + version + "; expected " + VERSION);
    }
    byte[] ids = present(Binary.bytes(in));
    byte[] ends = present(Binary.bytes(in));
    int rows = in.readInt();
    int dimension = in.readInt();
    ChunkVectors vectors = vectors(rows, dimension, present(Binary.bytes(in)));
    byte[] states = Binary.bytes(in);
    return new EncodedText(
        ids,
        ends,
        states == null
            ? vectors
            : vectors.withStates(vectors(ids.length / Integer.BYTES, dimension, states)));
  }

  private static ChunkVectors vectors(int rows, int dimension, byte[] halves) throws IOException {
    if (halves.length != 2L * rows * dimension) {
      throw new IOException(rows + " rows of " + dimension + " are " + halves.length + " bytes");
    }
    return ChunkVectors.ofHalves(rows, dimension, halves);
  }

  private static byte[] present(byte @Nullable [] bytes) throws IOException {
    if (bytes == null) {
      throw new IOException("a part is missing");
    }
    return bytes;
  }

  @Override
  public String toString() {
    return "EncodedText[" + vectors + "]";
  }
}

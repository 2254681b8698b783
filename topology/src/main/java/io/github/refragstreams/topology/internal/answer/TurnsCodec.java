package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.topology.internal.record.Binary;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binary form of the turns of a conversation, oldest first; the first byte is its version. */
final class TurnsCodec {
  private static final int VERSION = 2;

  /** Had no vectors. */
  private static final int FIRST_VERSION = 1;

  private TurnsCodec() {}

  static byte[] write(List<Turn> turns) {
    return Binary.write(
        out -> {
          out.writeByte(VERSION);
          out.writeInt(turns.size());
          for (Turn turn : turns) {
            Binary.text(out, turn.question());
            Binary.text(out, turn.answer());
            out.writeLong(turn.time());
            out.writeInt(turn.passageHashes().size());
            for (byte[] hash : turn.passageHashes()) {
              Binary.bytes(out, hash);
            }
            vectors(out, turn.vectors());
          }
        });
  }

  static List<Turn> read(byte[] bytes) {
    return Binary.read(bytes, TurnsCodec::read);
  }

  private static List<Turn> read(DataInputStream in) throws IOException {
    int version = in.readByte();
    if (version != VERSION && version != FIRST_VERSION) {
      throw new IOException("a conversation has version " + version + "; expected " + VERSION);
    }
    List<Turn> turns = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      String question = Binary.text(in);
      String answer = Binary.text(in);
      long time = in.readLong();
      List<byte[]> hashes = hashes(in);
      turns.add(
          new Turn(question, answer, hashes, time, version == FIRST_VERSION ? null : vectors(in)));
    }
    return turns;
  }

  private static void vectors(DataOutputStream out, @Nullable TurnVectors made) throws IOException {
    Binary.bytes(out, made == null ? null : made.vectors().halves());
    if (made != null) {
      Binary.text(out, made.encoderId());
      out.writeInt(made.chunkTokens());
      out.writeInt(made.vectors().rows());
      out.writeInt(made.vectors().dimension());
    }
  }

  private static @Nullable TurnVectors vectors(DataInputStream in) throws IOException {
    byte[] halves = Binary.bytes(in);
    if (halves == null) {
      return null;
    }
    String encoderId = Binary.text(in);
    int chunkTokens = in.readInt();
    return new TurnVectors(
        encoderId, chunkTokens, ChunkVectors.ofHalves(in.readInt(), in.readInt(), halves));
  }

  private static List<byte[]> hashes(DataInputStream in) throws IOException {
    List<byte[]> hashes = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      byte[] hash = Binary.bytes(in);
      if (hash == null) {
        throw new IOException("a hash is missing");
      }
      hashes.add(hash);
    }
    return hashes;
  }
}

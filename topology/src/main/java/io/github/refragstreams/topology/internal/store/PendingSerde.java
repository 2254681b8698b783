package io.github.refragstreams.topology.internal.store;

import io.github.refragstreams.topology.internal.record.Binary;
import io.github.refragstreams.topology.internal.record.Origin;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Binary form of {@link Pending}; the first byte is its version. */
public final class PendingSerde implements Serde<Pending> {
  private static final int VERSION = 1;

  @Override
  public Serializer<Pending> serializer() {
    return (topic, pending) -> pending == null ? null : Binary.write(out -> write(out, pending));
  }

  @Override
  public Deserializer<Pending> deserializer() {
    return (topic, bytes) -> bytes == null ? null : Binary.read(bytes, PendingSerde::read);
  }

  private static void write(DataOutputStream out, Pending pending) throws IOException {
    Origin origin = pending.origin();
    out.writeByte(VERSION);
    Binary.text(out, origin.topic());
    out.writeInt(origin.partition());
    out.writeLong(origin.offset());
    out.writeLong(origin.timestamp());
    Binary.bytes(out, origin.key());
    Binary.bytes(out, origin.value());
    Binary.headers(out, origin.headers());
    Binary.bytes(out, pending.payload());
    out.writeLong(pending.since());
    out.writeInt(pending.attempt());
    out.writeLong(pending.notBefore());
  }

  private static Pending read(DataInputStream in) throws IOException {
    int version = in.readByte();
    if (version != VERSION) {
      throw new IOException("a waiting record has version " + version + "; expected " + VERSION);
    }
    Origin origin =
        new Origin(
            Binary.text(in),
            in.readInt(),
            in.readLong(),
            in.readLong(),
            Binary.bytes(in),
            Binary.bytes(in),
            Binary.headers(in));
    return new Pending(origin, Binary.bytes(in), in.readLong(), in.readInt(), in.readLong());
  }
}

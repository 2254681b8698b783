package io.github.refragstreams.topology.internal.record;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Building blocks of the binary forms of internal records: big endian, lengths in front. */
public final class Binary {
  private static final int NULL = -1;

  /** Writes a record. */
  @FunctionalInterface
  public interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  /** Reads a record. */
  @FunctionalInterface
  public interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  private Binary() {}

  public static byte[] write(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writer.write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new SerializationException("an internal record cannot be written", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a whole record.
   *
   * @throws SerializationException when the bytes are too few or too many
   */
  public static <T> T read(byte[] bytes, Reader<T> reader) {
    try {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
      T record = reader.read(in);
      if (in.available() > 0) {
        throw new IOException(in.available() + " bytes too many");
      }
      return record;
    } catch (IOException e) {
      throw new SerializationException(
          "an internal record of " + bytes.length + " bytes cannot be read", e);
    }
  }

  public static void bytes(DataOutputStream out, byte @Nullable [] bytes) throws IOException {
    if (bytes == null) {
      out.writeInt(NULL);
    } else {
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  public static byte @Nullable [] bytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length == NULL) {
      return null;
    }
    if (length < 0 || length > in.available()) {
      throw new IOException("a length is " + length + "; " + in.available() + " bytes are left");
    }
    return in.readNBytes(length);
  }

  public static void text(DataOutputStream out, String text) throws IOException {
    bytes(out, text.getBytes(StandardCharsets.UTF_8));
  }

  public static String text(DataInputStream in) throws IOException {
    byte[] bytes = bytes(in);
    if (bytes == null) {
      throw new IOException("a text is missing");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  public static void headers(DataOutputStream out, Headers headers) throws IOException {
    Header[] all = headers.toArray();
    out.writeInt(all.length);
    for (Header header : all) {
      text(out, header.key());
      bytes(out, header.value());
    }
  }

  public static Headers headers(DataInputStream in) throws IOException {
    RecordHeaders headers = new RecordHeaders();
    for (int left = in.readInt(); left > 0; left--) {
      headers.add(text(in), bytes(in));
    }
    return headers;
  }
}

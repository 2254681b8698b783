package io.github.refragstreams.serde.internal;

import java.nio.ByteBuffer;

/** Confluent's wire format: a zero byte, the schema id as four bytes big-endian, the Avro body. */
public final class WireFormat {
  /** Bytes in front of the body. */
  public static final int HEADER_BYTES = 5;

  private static final byte MAGIC = 0;

  private WireFormat() {}

  /** The header for a schema id, {@value #HEADER_BYTES} bytes. */
  public static byte[] header(int schemaId) {
    return ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(schemaId).array();
  }

  /**
   * The schema id in front of a record.
   *
   * @throws IllegalArgumentException when the record does not start with a header
   */
  public static int schemaId(byte[] record) {
    if (record.length < HEADER_BYTES) {
      throw new IllegalArgumentException(
          "the value has " + record.length + " bytes; the header alone has " + HEADER_BYTES);
    }
    if (record[0] != MAGIC) {
      throw new IllegalArgumentException(
          "the value starts with byte " + (record[0] & 0xff) + "; the wire format starts with 0");
    }
    return ByteBuffer.wrap(record).getInt(1);
  }
}

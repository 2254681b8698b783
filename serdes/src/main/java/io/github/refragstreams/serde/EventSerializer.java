package io.github.refragstreams.serde;

import io.github.refragstreams.serde.WriterSchemas.RegisteredId;
import io.github.refragstreams.serde.internal.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Writes events in the wire format. Thread-safe. */
final class EventSerializer<T extends SpecificRecord> implements Serializer<T> {
  private final WriterSchemas schemas;
  private final Schema own;
  private final DatumWriter<T> writer;

  EventSerializer(Class<T> type, Schema own, WriterSchemas schemas) {
    this.schemas = schemas;
    this.own = own;
    this.writer = new SpecificDatumWriter<>(type);
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T event) {
    if (event == null) {
      return null;
    }
    RegisteredId target = schemas.forTopic(topic);
    try {
      byte[] header = WireFormat.header(target.id());
      return target.own()
          ? write(header, writer, event)
          : write(header, new GenericDatumWriter<>(target.schema()), convert(event, target));
    } catch (IOException | RuntimeException e) {
      // Avro puts values into the messages of some exceptions, so the cause is named, not kept.
      String what = e instanceof NullPointerException ? e.getMessage() : e.getClass().getName();
      throw new UnwritableEventException(
          topic, target.id(), "cannot write a " + own.getFullName() + ": " + what, null);
    }
  }

  /** The event as the target schema sees it, by Avro's resolution rules. */
  private Object convert(T event, RegisteredId target) throws IOException {
    byte[] bytes = write(new byte[0], writer, event);
    return new GenericDatumReader<>(own, target.schema())
        .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
  }

  private static <D> byte[] write(byte[] header, DatumWriter<D> writer, D datum)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(header);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    writer.write(datum, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}

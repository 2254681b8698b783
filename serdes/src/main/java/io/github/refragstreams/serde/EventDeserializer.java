package io.github.refragstreams.serde;

import io.github.refragstreams.serde.internal.Schemas;
import io.github.refragstreams.serde.internal.TrustedEvents;
import io.github.refragstreams.serde.internal.WireFormat;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Reads events in the wire format, whatever schema they were written with. Thread-safe. */
final class EventDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  private final SchemaRegistryClient registry;
  private final SpecificData model;
  private final Schema readerSchema;
  private final Map<Integer, DatumReader<T>> readersById = new ConcurrentHashMap<>();

  EventDeserializer(Class<T> type, SchemaRegistryClient registry) {
    TrustedEvents.install();
    this.registry = registry;
    this.model = SpecificData.getForClass(type);
    this.readerSchema = model.getSchema(type);
  }

  @Override
  public @Nullable T deserialize(String topic, byte @Nullable [] record) {
    if (record == null) {
      return null;
    }
    int id = schemaId(topic, record);
    DatumReader<T> reader = readersById.get(id);
    if (reader == null) {
      reader = reader(topic, id);
      readersById.put(id, reader);
    }
    return read(topic, id, reader, record);
  }

  private static int schemaId(String topic, byte[] record) {
    try {
      return WireFormat.schemaId(record);
    } catch (IllegalArgumentException e) {
      throw new BadBytesException(topic, null, String.valueOf(e.getMessage()), e);
    }
  }

  private DatumReader<T> reader(String topic, int id) {
    Schema writerSchema;
    try {
      writerSchema = registry.schemaById(id);
    } catch (RegistryException e) {
      throw RegistryFailures.about(topic, id, e);
    }
    Optional<String> incompatibility = Schemas.incompatibility(readerSchema, writerSchema);
    if (incompatibility.isPresent()) {
      throw new IncompatibleSchemaException(
          topic,
          id,
          "written as "
              + writerSchema.getFullName()
              + ", which cannot be read as "
              + readerSchema.getFullName()
              + ": "
              + incompatibility.get(),
          null);
    }
    return new SpecificDatumReader<>(writerSchema, readerSchema, model);
  }

  private T read(String topic, int id, DatumReader<T> reader, byte[] record) {
    int bodyBytes = record.length - WireFormat.HEADER_BYTES;
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(record, WireFormat.HEADER_BYTES, bodyBytes, null);
    try {
      T event = reader.read(null, decoder);
      if (decoder.isEnd()) {
        return event;
      }
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Fields of the writer's that nest themselves are skipped recursively, as deep as bytes say.
      throw new BadBytesException(
          topic, id, "the body of " + bodyBytes + " bytes does not match its schema", e);
    }
    throw new BadBytesException(
        topic, id, "the body of " + bodyBytes + " bytes is longer than its schema says", null);
  }
}

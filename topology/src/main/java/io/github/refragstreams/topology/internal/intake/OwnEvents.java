package io.github.refragstreams.topology.internal.intake;

import io.github.refragstreams.serde.EventSerdeException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.errors.StreamsException;

/**
 * Writes events that this program makes of what it has read.
 *
 * @param topic whose schema they are written with
 */
record OwnEvents<E extends SpecificRecord>(Serializer<E> serializer, String topic) {

  /**
   * @throws StreamsException when the registry has no schema to write with: the record that was
   *     read is not to blame, and the next one would fail alike
   */
  byte[] bytes(E event) {
    try {
      return serializer.serialize(topic, event);
    } catch (EventSerdeException e) {
      throw new StreamsException("an event of this program cannot be written", e);
    }
  }
}

package io.github.refragstreams.app.client;

import io.github.refragstreams.serde.BadBytesException;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.serde.IncompatibleSchemaException;
import io.github.refragstreams.serde.UnknownSchemaException;
import io.github.refragstreams.topology.TopicNames;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads whatever lies in the topics, for people who look into them. */
public final class EventDecoder {
  private final Map<String, Deserializer<? extends SpecificRecord>> deserializers;

  /**
   * @param serdes not closed by this object
   */
  public EventDecoder(TopicNames topics, EventSerdes serdes) {
    this.deserializers =
        Map.of(
            topics.queries(), serdes.query().deserializer(),
            topics.passages(), serdes.passage().deserializer(),
            topics.documents(), serdes.document().deserializer(),
            topics.answers(), serdes.answer().deserializer(),
            topics.answerTokens(), serdes.answerToken().deserializer());
  }

  /**
   * The event that a value holds.
   *
   * @param topic where it lies, or lay before it was refused
   * @return empty when it holds none of that topic's
   * @throws org.apache.kafka.common.KafkaException when the registry cannot be asked
   */
  public Optional<SpecificRecord> decode(String topic, byte[] value) {
    Deserializer<? extends SpecificRecord> deserializer = deserializers.get(topic);
    if (deserializer == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(deserializer.deserialize(topic, value));
    } catch (BadBytesException | UnknownSchemaException | IncompatibleSchemaException e) {
      return Optional.empty();
    }
  }
}

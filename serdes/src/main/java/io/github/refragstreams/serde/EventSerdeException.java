package io.github.refragstreams.serde;

import java.util.OptionalInt;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * An event could not be written or read. The message names topic, schema id (where one is known)
 * and reason, never the record's content.
 */
public abstract class EventSerdeException extends SerializationException {
  private static final long serialVersionUID = 1L;

  private final String topic;
  private final @Nullable Integer schemaId;

  EventSerdeException(
      String topic, @Nullable Integer schemaId, String reason, @Nullable Throwable cause) {
    super(
        "topic " + topic + (schemaId == null ? "" : ", schema id " + schemaId) + ": " + reason,
        cause);
    this.topic = topic;
    this.schemaId = schemaId;
  }

  /** Topic of the record. */
  public String topic() {
    return topic;
  }

  /** Schema id of the record; empty when it has none yet, or its bytes carry none. */
  public OptionalInt schemaId() {
    return schemaId == null ? OptionalInt.empty() : OptionalInt.of(schemaId);
  }
}

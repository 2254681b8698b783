package io.github.refragstreams.serde;

import org.jspecify.annotations.Nullable;

/** The event breaks its own schema, for example by a required field that is not set. */
public final class UnwritableEventException extends EventSerdeException {
  private static final long serialVersionUID = 1L;

  UnwritableEventException(
      String topic, @Nullable Integer schemaId, String reason, @Nullable Throwable cause) {
    super(topic, schemaId, reason, cause);
  }
}

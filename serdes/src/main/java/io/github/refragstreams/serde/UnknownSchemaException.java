package io.github.refragstreams.serde;

import org.jspecify.annotations.Nullable;

/** The registry answers, but has no schema of this id, or none under this subject. */
public final class UnknownSchemaException extends EventSerdeException {
  private static final long serialVersionUID = 1L;

  UnknownSchemaException(
      String topic, @Nullable Integer schemaId, String reason, @Nullable Throwable cause) {
    super(topic, schemaId, reason, cause);
  }
}

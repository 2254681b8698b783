package io.github.refragstreams.serde;

import org.jspecify.annotations.Nullable;

/**
 * A schema that was found cannot serve: events written with it cannot be read as the expected
 * event, or the subject's compatibility level keeps it out.
 */
public final class IncompatibleSchemaException extends EventSerdeException {
  private static final long serialVersionUID = 1L;

  IncompatibleSchemaException(
      String topic, @Nullable Integer schemaId, String reason, @Nullable Throwable cause) {
    super(topic, schemaId, reason, cause);
  }
}

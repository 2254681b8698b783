package io.github.refragstreams.serde;

import org.jspecify.annotations.Nullable;

/**
 * The bytes are not an event: no wire format header, or a body that its schema does not describe.
 */
public final class BadBytesException extends EventSerdeException {
  private static final long serialVersionUID = 1L;

  BadBytesException(
      String topic, @Nullable Integer schemaId, String reason, @Nullable Throwable cause) {
    super(topic, schemaId, reason, cause);
  }
}

package io.github.refragstreams.serde;

import org.jspecify.annotations.Nullable;

/** The registry did not answer properly, after all retries: the same record may work later. */
public final class RegistryUnavailableException extends EventSerdeException {
  private static final long serialVersionUID = 1L;

  RegistryUnavailableException(
      String topic, @Nullable Integer schemaId, String reason, @Nullable Throwable cause) {
    super(topic, schemaId, reason, cause);
  }
}

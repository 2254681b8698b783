package io.github.refragstreams.serde;

import org.jspecify.annotations.Nullable;

/**
 * The registry refused the request, for example for its credentials: something must be changed
 * first.
 */
public final class RegistryRefusedException extends EventSerdeException {
  private static final long serialVersionUID = 1L;

  RegistryRefusedException(
      String topic, @Nullable Integer schemaId, String reason, @Nullable Throwable cause) {
    super(topic, schemaId, reason, cause);
  }
}

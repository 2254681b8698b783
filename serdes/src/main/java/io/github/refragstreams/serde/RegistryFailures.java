package io.github.refragstreams.serde;

import org.jspecify.annotations.Nullable;

/** What a registry's failure means for a record. */
final class RegistryFailures {
  private RegistryFailures() {}

  static EventSerdeException about(
      String topic, @Nullable Integer schemaId, RegistryException failure) {
    String reason = String.valueOf(failure.getMessage());
    return switch (failure.kind()) {
      case NOT_FOUND -> new UnknownSchemaException(topic, schemaId, reason, failure);
      case INCOMPATIBLE -> new IncompatibleSchemaException(topic, schemaId, reason, failure);
      case UNUSABLE ->
          // A record has the id of such a schema; nobody can write with one.
          schemaId == null
              ? new RegistryRefusedException(topic, null, reason, failure)
              : new IncompatibleSchemaException(topic, schemaId, reason, failure);
      case REFUSED -> new RegistryRefusedException(topic, schemaId, reason, failure);
      case UNAVAILABLE -> new RegistryUnavailableException(topic, schemaId, reason, failure);
    };
  }
}

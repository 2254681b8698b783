package io.github.refragstreams.topology.internal.refusal;

import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.serde.BadBytesException;
import io.github.refragstreams.serde.IncompatibleSchemaException;
import io.github.refragstreams.serde.RegistryRefusedException;
import io.github.refragstreams.serde.RegistryUnavailableException;
import io.github.refragstreams.serde.UnknownSchemaException;
import io.github.refragstreams.topology.ErrorClass;
import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.Stage;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** What an exception says about the record that was read or processed. */
public final class Failures {
  private Failures() {}

  /** Whose fault a failure is of the work on a record that could be read. */
  public static ErrorClass classOf(Throwable failure) {
    if (failure instanceof UnusableRecordException known) {
      return known.code().errorClass();
    }
    if (failure instanceof ModelException model) {
      return switch (model.kind()) {
        case INPUT -> ErrorClass.BAD_INPUT;
        case TRANSIENT, BUSY -> ErrorClass.TRANSIENT;
        case MODEL -> ErrorClass.MODEL;
      };
    }
    return isResource(failure) ? ErrorClass.RESOURCE : ErrorClass.BUG;
  }

  /**
   * Whether any record would fail like this one: the registry is down or does not let us in, a
   * store is broken, the broker is gone. Then no record is to blame, and none may be skipped.
   */
  public static boolean blamesNoRecord(Throwable failure) {
    return !(failure instanceof UnusableRecordException) && classOf(failure) == ErrorClass.RESOURCE;
  }

  /** Whether a model has refused work only because it has enough of it. */
  public static boolean isBusy(Throwable failure) {
    return failure instanceof ModelException model && model.kind() == ModelException.Kind.BUSY;
  }

  /**
   * What a record is refused with that waits in a store and can no longer be read: its schema was
   * deleted, for instance.
   *
   * @throws RuntimeException the failure itself where no record is to blame
   */
  public static UnusableRecordException unreadable(Stage stage, RuntimeException failure) {
    if (blamesNoRecord(failure)) {
      throw failure;
    }
    return new UnusableRecordException(
        stage, code(failure), "the record can no longer be read", failure);
  }

  private static boolean isResource(Throwable failure) {
    return failure instanceof RegistryUnavailableException
        || failure instanceof RegistryRefusedException
        || (failure instanceof KafkaException && !(failure instanceof SerializationException));
  }

  /** Whether a record's bytes are not what its topic is for. */
  static boolean isUnreadable(Exception failure) {
    return unreadable(failure) != null;
  }

  static ErrorCode code(Exception failure) {
    if (failure instanceof UnusableRecordException known) {
      return known.code();
    }
    ErrorCode unreadable = unreadable(failure);
    return unreadable == null ? ErrorCode.UNEXPECTED : unreadable;
  }

  private static @Nullable ErrorCode unreadable(Exception failure) {
    if (failure instanceof BadBytesException) {
      return ErrorCode.NOT_AVRO;
    }
    if (failure instanceof UnknownSchemaException) {
      return ErrorCode.UNKNOWN_SCHEMA;
    }
    return failure instanceof IncompatibleSchemaException ? ErrorCode.INCOMPATIBLE_SCHEMA : null;
  }
}

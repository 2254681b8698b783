package io.github.refragstreams.topology.internal.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.Stage;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.Origin;
import io.github.refragstreams.topology.internal.refusal.UnusableRecordException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Checks that events have in common. Messages hold sizes and ids' names, never text. */
final class Check {
  /** UTF-8 bytes of a character of an id. */
  private static final int ID_CHAR_BYTES = 4;

  private final Limits limits;

  Check(Limits limits) {
    this.limits = limits;
  }

  /** The event of a record that has a value. */
  static <T extends SpecificRecord> T event(Class<T> type, @Nullable Incoming incoming) {
    if (incoming == null) {
      throw refuse(
          ErrorCode.NO_VALUE, "the record has no value; expected a " + type.getSimpleName());
    }
    return type.cast(incoming.event());
  }

  static void that(boolean holds, ErrorCode code, String message) {
    if (!holds) {
      throw refuse(code, message);
    }
  }

  void id(String field, String value) {
    that(!value.isBlank(), ErrorCode.BLANK_ID, field + " is blank");
    that(
        value.length() <= limits.idChars(),
        ErrorCode.ID_TOO_LONG,
        field + " has " + value.length() + " characters; limits.id-chars is " + limits.idChars());
  }

  /** Whether {@link #id} takes it. */
  boolean isId(String value) {
    return !value.isBlank() && value.length() <= limits.idChars();
  }

  /** What travels with a record through internal topics, and comes back with a dead letter. */
  void headers(Headers headers) {
    long bytes = 0;
    for (Header header : headers) {
      byte[] value = header.value();
      bytes += header.key().getBytes(UTF_8).length + (value == null ? 0 : value.length);
    }
    that(
        bytes <= limits.headerBytes(),
        ErrorCode.HEADERS_TOO_LARGE,
        "the record's headers have "
            + bytes
            + " bytes; limits.header-bytes is "
            + limits.headerBytes());
  }

  /** What travels with its record, as the headers do: an id, mostly. */
  void key(byte @Nullable [] key) {
    int bytes = key == null ? 0 : key.length;
    int most = ID_CHAR_BYTES * limits.idChars();
    that(
        bytes <= most,
        ErrorCode.ID_TOO_LONG,
        "the record's key has "
            + bytes
            + " bytes; "
            + ID_CHAR_BYTES
            + " for each of limits.id-chars are "
            + most);
  }

  /** Whether key and headers may go on through internal topics. */
  boolean mayTravel(Origin origin) {
    try {
      key(origin.key());
      headers(origin.headers());
      return true;
    } catch (UnusableRecordException e) {
      return false;
    }
  }

  /**
   * What is kept as it came: fields that only its writer knows count as well.
   *
   * @param most with all texts at their limits
   */
  static void bytes(@Nullable Incoming incoming, long most, ErrorCode code) {
    byte[] value = incoming == null ? null : incoming.bytes();
    long bytes = value == null ? 0 : value.length;
    that(
        bytes <= most,
        code,
        "the record has " + bytes + " bytes; with all texts at their limits it has " + most);
  }

  void optionalId(String field, @Nullable String value) {
    if (value != null) {
      id(field, value);
    }
  }

  static UnusableRecordException refuse(ErrorCode code, String message) {
    return new UnusableRecordException(Stage.INTAKE, code, message);
  }
}

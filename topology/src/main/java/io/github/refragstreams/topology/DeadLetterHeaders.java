package io.github.refragstreams.topology;

/**
 * Headers that a dead letter has beside those of the refused record. Key and value of a dead letter
 * are the record's own; its timestamp is that of the refusal, so that retention counts from it. The
 * first six are what Kafka Streams writes itself.
 */
public final class DeadLetterHeaders {
  /** Class of the exception. */
  public static final String EXCEPTION = "__streams.errors.exception";

  /** What is wrong, for people; never holds text of the record. */
  public static final String MESSAGE = "__streams.errors.message";

  /** Where it was found, for developers. */
  public static final String STACKTRACE = "__streams.errors.stacktrace";

  /** Topic that the record came from. */
  public static final String TOPIC = "__streams.errors.topic";

  /** Its partition, in decimal digits. */
  public static final String PARTITION = "__streams.errors.partition";

  /** Its offset, in decimal digits. */
  public static final String OFFSET = "__streams.errors.offset";

  /** {@link Stage#label()}. */
  public static final String STAGE = "refrag.error.stage";

  /** Name of an {@link ErrorCode}. */
  public static final String CODE = "refrag.error.code";

  /** {@link ErrorClass#label()} of the code. */
  public static final String CLASS = "refrag.error.class";

  /** The record's own timestamp, milliseconds since the epoch in decimal digits. */
  public static final String TIMESTAMP = "refrag.error.timestamp";

  /**
   * Of a record that is too large for a dead letter: how many bytes its key and value have had, in
   * decimal digits. Value and headers are left out, and so is a long key.
   */
  public static final String CUT = "refrag.error.cut";

  /**
   * Of a record that was sent again: the dead letter that it was, as {@code partition@offset}. It
   * stays when the record is refused once more.
   */
  public static final String REPLAY_OF = "refrag.replay.of";

  private DeadLetterHeaders() {}
}

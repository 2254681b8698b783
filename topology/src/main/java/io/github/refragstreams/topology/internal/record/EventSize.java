package io.github.refragstreams.topology.internal.record;

import io.github.refragstreams.topology.Limits;

/** Bytes of a client's event whose texts are all at their limits. */
public final class EventSize {
  /** UTF-8 bytes of a UTF-16 code unit. */
  private static final int CHAR_BYTES = 3;

  /** Lengths of question and answer of a turn. */
  private static final int TURN_BYTES = 2 * 5;

  /** Ids, numbers and lengths. */
  private static final int REST_BYTES = 16 << 10;

  private EventSize() {}

  public static long query(Limits limits) {
    long chars = (long) limits.questionChars() + limits.historyChars();
    return chars * CHAR_BYTES + (long) limits.historyTurns() * TURN_BYTES + REST_BYTES;
  }

  public static long passage(Limits limits) {
    long chars = (long) limits.passageChars() + limits.sourceUriChars();
    return chars * CHAR_BYTES + REST_BYTES;
  }
}

package io.github.refragstreams.app.faults;

import java.util.Locale;

/** Where in its work an instance is when a fault hits it. */
public enum Phase {
  /** A passage is at the encoder. */
  ENCODE,
  /** A prompt is at the decoder, which has told no token yet. */
  PREFILL,
  /** Some tokens of an answer are told, others are not. */
  TOKENS,
  /** All records of a transaction are sent, but it is not committed. */
  BEFORE_COMMIT,
  /** A transaction is committed, but the instance has not gone on. */
  AFTER_COMMIT;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

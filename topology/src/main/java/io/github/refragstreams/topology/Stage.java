package io.github.refragstreams.topology;

import java.util.Locale;

/** Where a record was refused: the value of header {@link DeadLetterHeaders#STAGE}. */
public enum Stage {
  /** Reading and checking it. */
  INTAKE,
  /** Encoding a passage. */
  ENCODE,
  /** Joining a passage with its query. */
  JOIN,
  /** Generating the answer to a query. */
  ANSWER;

  /** As it is written in the header. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}

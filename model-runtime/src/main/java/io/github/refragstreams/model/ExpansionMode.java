package io.github.refragstreams.model;

/** Which chunks may stay raw. */
public enum ExpansionMode {
  /** The policy picks them. */
  AUTO,
  /** None. */
  COMPRESSED,
  /** All. */
  FULL
}

package io.github.refragstreams.serde;

/** What a registry demands of a new version of a subject. Names are those of the REST API. */
public enum CompatibilityLevel {
  /** Nothing. */
  NONE,
  /** The new schema reads data of the latest version. */
  BACKWARD,
  /** The new schema reads data of every version. */
  BACKWARD_TRANSITIVE,
  /** The latest version reads data of the new schema. */
  FORWARD,
  /** Every version reads data of the new schema. */
  FORWARD_TRANSITIVE,
  /** {@link #BACKWARD} and {@link #FORWARD}. */
  FULL,
  /** {@link #BACKWARD_TRANSITIVE} and {@link #FORWARD_TRANSITIVE}. */
  FULL_TRANSITIVE;

  /** Whether new schemas must read data of older ones. */
  public boolean backward() {
    return this == BACKWARD || this == BACKWARD_TRANSITIVE || full();
  }

  /** Whether older schemas must read data of new ones. */
  public boolean forward() {
    return this == FORWARD || this == FORWARD_TRANSITIVE || full();
  }

  /** Whether every version counts, not only the latest. */
  public boolean transitive() {
    return this == BACKWARD_TRANSITIVE || this == FORWARD_TRANSITIVE || this == FULL_TRANSITIVE;
  }

  private boolean full() {
    return this == FULL || this == FULL_TRANSITIVE;
  }
}

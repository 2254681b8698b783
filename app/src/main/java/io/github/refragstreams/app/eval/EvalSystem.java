package io.github.refragstreams.app.eval;

/**
 * The ways of giving passages to the decoder that an evaluation compares. All have the passages in
 * the order of a keyword search, best first.
 */
public enum EvalSystem {
  /** The policy picks the chunks that stay raw. */
  REFRAG,
  /** Every chunk is its vector. */
  COMPRESSED,
  /** Every chunk is raw; the same weights. */
  FULL,
  /** No passages. */
  NONE,
  /** The best passage, raw and whole, whatever it costs: what a good search leaves to do. */
  TOP1,
  /** Raw text from the best passage on, cut to what {@link #REFRAG} spends. */
  TRUNCATED,
  /** The best passages, raw and whole, that fit in what REFRAG spends; at least a beginning. */
  FEWER,
  /**
   * Mode SELECTED: the chunks that REFRAG keeps raw, without the rest; matched by time, as many of
   * its policy's best chunks as fit in what REFRAG spends.
   */
  ONLY,
  /** REFRAG's prompt with the vectors of another question's chunks: shows that vectors are read. */
  SHUFFLED;

  /** The name in reports and on the command line. */
  public String id() {
    return Ids.id(this);
  }

  /**
   * @throws IllegalArgumentException when no system has that name
   */
  public static EvalSystem of(String id) {
    return Ids.of(EvalSystem.class, id, "is no system");
  }

  /**
   * Whether it needs chunk vectors, which must be computed when they are not cached: in its prompt,
   * or for the policy that chooses its chunks.
   */
  boolean needsVectors() {
    return this == REFRAG || this == COMPRESSED || this == SHUFFLED || this == ONLY;
  }
}

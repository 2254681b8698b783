package io.github.refragstreams.app.eval;

/** What {@link EvalSystem#TRUNCATED}, FEWER and ONLY have no more of than REFRAG. */
public enum Match {
  /** Positions of the prompt. */
  POSITIONS,
  /** Time to read the prompt, as {@link PrefillCost} tells it. */
  TTFT;

  /** The name in reports and on the command line. */
  public String id() {
    return Ids.id(this);
  }

  /**
   * @throws IllegalArgumentException when nothing can be matched by that name
   */
  public static Match of(String id) {
    return Ids.of(Match.class, id, "cannot be matched");
  }
}

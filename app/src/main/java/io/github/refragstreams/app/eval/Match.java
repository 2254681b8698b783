package io.github.refragstreams.app.eval;

import java.util.Arrays;
import java.util.Locale;

/** What {@link EvalSystem#TRUNCATED}, FEWER and ONLY have no more of than REFRAG. */
public enum Match {
  /** Positions of the prompt. */
  POSITIONS,
  /** Time to read the prompt, as {@link PrefillCost} tells it. */
  TTFT;

  /** The name in reports and on the command line. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException when nothing can be matched by that name
   */
  public static Match of(String id) {
    return Arrays.stream(values())
        .filter(match -> match.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'"
                        + id
                        + "' cannot be matched; choose from "
                        + String.join(", ", Arrays.stream(values()).map(Match::id).toList())));
  }
}

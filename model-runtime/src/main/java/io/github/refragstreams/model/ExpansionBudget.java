package io.github.refragstreams.model;

/**
 * How much of the passages stays raw where the policy chooses: a share of their chunks, but at
 * least and at most so many tokens. The share alone is a single chunk of a short passage, which
 * seldom holds the answer, and more than is of use of many passages.
 *
 * @param fraction share of the chunks, 0 to 1; at 0 none stays raw, whatever the least
 * @param leastTokens tokens that stay raw at least, as far as there are any; from 0 to the most
 * @param mostTokens most tokens that stay raw, at least 1; one chunk may stay raw whatever it has
 */
public record ExpansionBudget(float fraction, int leastTokens, int mostTokens) {
  public ExpansionBudget {
    // Named as users name them in their configuration.
    if (!(fraction >= 0f && fraction <= 1f)) {
      throw new IllegalArgumentException(
          "expand-fraction is " + fraction + "; it must be from 0 to 1");
    }
    if (mostTokens < 1) {
      throw new IllegalArgumentException(
          "expand-tokens is " + mostTokens + "; it must be at least 1");
    }
    if (leastTokens < 0 || leastTokens > mostTokens) {
      throw new IllegalArgumentException(
          "expand-least-tokens is "
              + leastTokens
              + "; it must be from 0 to expand-tokens, "
              + mostTokens);
    }
  }

  /** A share of the chunks, however many tokens that is. */
  public static ExpansionBudget of(float fraction) {
    return new ExpansionBudget(fraction, 0, Integer.MAX_VALUE);
  }

  /** Whether no chunk is to stay raw. */
  public boolean isNothing() {
    return fraction == 0f;
  }

  /** Whether tokens bound the share. */
  public boolean isBounded() {
    return leastTokens > 0 || mostTokens < Integer.MAX_VALUE;
  }

  /**
   * Another share, and tokens in proportion.
   *
   * @param lower from 0 to this one's
   */
  public ExpansionBudget lowered(float lower) {
    if (isNothing()) {
      return this;
    }
    if (!isBounded()) {
      return of(lower);
    }
    float left = lower / fraction;
    return new ExpansionBudget(
        lower, Math.round(left * leastTokens), Math.max(1, Math.round(left * mostTokens)));
  }
}

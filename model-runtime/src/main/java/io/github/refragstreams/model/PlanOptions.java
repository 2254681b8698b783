package io.github.refragstreams.model;

/**
 * Bounds for one prompt.
 *
 * @param mode how chunks enter the prompt
 * @param expandFraction share of the chunks that stay raw where the policy chooses, 0 to 1
 * @param expandTokens most tokens that stay raw where the policy chooses, at least 1; one chunk may
 *     stay raw whatever it has
 * @param maxPositions most decoder positions of the whole prompt, head included
 */
public record PlanOptions(
    ExpansionMode mode, float expandFraction, int expandTokens, int maxPositions) {
  public PlanOptions {
    if (!(expandFraction >= 0f && expandFraction <= 1f)) {
      throw new IllegalArgumentException(
          "expandFraction is " + expandFraction + "; it must be from 0 to 1");
    }
    requirePositive("expandTokens", expandTokens);
    requirePositive("maxPositions", maxPositions);
  }

  /** However many tokens the share comes to. */
  public PlanOptions(ExpansionMode mode, float expandFraction, int maxPositions) {
    this(mode, expandFraction, Integer.MAX_VALUE, maxPositions);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be at least 1");
    }
  }
}

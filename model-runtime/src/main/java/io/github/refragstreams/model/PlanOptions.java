package io.github.refragstreams.model;

/**
 * Bounds for one prompt.
 *
 * @param mode how chunks enter the prompt
 * @param expandFraction share of the chunks that stay raw where the policy chooses, 0 to 1
 * @param maxPositions most decoder positions of the whole prompt, head included
 */
public record PlanOptions(ExpansionMode mode, float expandFraction, int maxPositions) {
  public PlanOptions {
    if (!(expandFraction >= 0f && expandFraction <= 1f)) {
      throw new IllegalArgumentException(
          "expandFraction is " + expandFraction + "; it must be from 0 to 1");
    }
    if (maxPositions < 1) {
      throw new IllegalArgumentException(
          "maxPositions is " + maxPositions + "; it must be at least 1");
    }
  }
}

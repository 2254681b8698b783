package io.github.refragstreams.model;

/**
 * Bounds for one prompt.
 *
 * @param mode how chunks enter the prompt
 * @param expansion how much stays raw where the policy chooses
 * @param maxPositions most decoder positions of the whole prompt, head included; at least 1
 */
public record PlanOptions(ExpansionMode mode, ExpansionBudget expansion, int maxPositions) {
  public PlanOptions {
    if (maxPositions < 1) {
      throw new IllegalArgumentException(
          "maxPositions is " + maxPositions + "; it must be at least 1");
    }
  }

  /** A share of the chunks, however many tokens that is. */
  public PlanOptions(ExpansionMode mode, float expandFraction, int maxPositions) {
    this(mode, ExpansionBudget.of(expandFraction), maxPositions);
  }
}

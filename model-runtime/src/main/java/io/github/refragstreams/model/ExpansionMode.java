package io.github.refragstreams.model;

/** How the chunks of passages enter a prompt. */
public enum ExpansionMode {
  /** The policy picks those that stay raw, the others enter as their vectors. */
  MIXED,
  /** The policy picks those that stay raw, the others are left out. */
  SELECTED,
  /** All as their vectors. */
  COMPRESSED,
  /** All raw. */
  FULL;

  /** Whether the policy has to choose. */
  public boolean chooses() {
    return this == MIXED || this == SELECTED;
  }
}

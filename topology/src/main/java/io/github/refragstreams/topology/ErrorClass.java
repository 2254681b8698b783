package io.github.refragstreams.topology;

import java.util.Locale;

/**
 * Whose fault a failure is, hence what is done about it: the value of header {@link
 * DeadLetterHeaders#CLASS}.
 */
public enum ErrorClass {
  /** The record itself: it never works. */
  BAD_INPUT("refused at once: the same record never works"),
  /** Something that passes, and that the record may have caused. */
  TRANSIENT(
      "repeated with growing delays, at most retry.attempts times, then refused: the same record"
          + " may work later; while a model is only busy, for as long as it takes"),
  /** A model that fails: on every record, when it is broken, or on this one. */
  MODEL(
      "repeated every retry.max-delay for as long as the model works on nothing: it is broken; where"
          + " it works on others, at most retry.attempts times, then refused"),
  /** The registry, the broker, a disk, or the room that there is for waiting records. */
  RESOURCE(
      "repeated from the last commit for as long as it takes where something is away; refused where"
          + " a store is full: the same record works when there is room"),
  /** A defect. */
  BUG("refused at once: a defect");

  private final String policy;

  ErrorClass(String policy) {
    this.policy = policy;
  }

  /** What is done about it, in a few words. */
  public String policy() {
    return policy;
  }

  /** As it is written in the header. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

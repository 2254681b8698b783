package io.github.refragstreams.app.cli;

/** What the process says when it ends. Part of the public contract. */
public final class ExitCodes {
  /** Done. */
  public static final int OK = 0;

  /** The work failed. */
  public static final int FAILURE = 1;

  /** Wrong usage, configuration, bundle or input file: trying again changes nothing. */
  public static final int USAGE = 2;

  /** Kafka or the schema registry cannot be reached, or did not answer in time. */
  public static final int UNAVAILABLE = 3;

  private ExitCodes() {}
}

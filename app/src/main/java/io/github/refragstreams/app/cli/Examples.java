package io.github.refragstreams.app.cli;

/** What stands below the options in the help of a command. */
final class Examples {
  static final String HEADING = "%nFor example:%n";

  private Examples() {}
}

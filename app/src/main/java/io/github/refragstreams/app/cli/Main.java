package io.github.refragstreams.app.cli;

import picocli.CommandLine;

/** Entry point. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The whole command line, ready to {@link CommandLine#execute}. */
  static CommandLine commandLine() {
    RefragCommand root = new RefragCommand();
    Errors errors = new Errors(root);
    return new CommandLine(root)
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors)
        .setExitCodeExceptionMapper(errors)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true);
  }
}

package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.service.Shutdown;
import java.util.List;
import picocli.CommandLine;

/** Entry point. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Shutdown.handleSignals();
    LogLevels.choose(List.of(arguments));
    int status;
    try {
      status = commandLine().execute(arguments);
    } catch (OutOfMemoryError e) {
      System.err.println(
          "refrag: out of memory: "
              + e.getMessage()
              + " (see REFRAG_JAVA_OPTS, in the image JDK_JAVA_OPTIONS)");
      status = ExitCodes.FAILURE;
    }
    Shutdown.exit(status);
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

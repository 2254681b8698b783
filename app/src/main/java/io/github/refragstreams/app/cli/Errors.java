package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.app.data.BadInputException;
import io.github.refragstreams.app.embedded.EmbeddedKafkaException;
import io.github.refragstreams.app.embedded.PortInUseException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExitCodeExceptionMapper;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** One line on standard error per failure, with a stack trace only when asked for. */
final class Errors
    implements IExecutionExceptionHandler, IParameterExceptionHandler, IExitCodeExceptionMapper {
  private final RefragCommand root;

  Errors(RefragCommand root) {
    this.root = root;
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult arguments) {
    print(command, message(failure));
    if (root.debug()) {
      failure.printStackTrace(command.getErr());
    }
    return getExitCode(failure);
  }

  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    print(
        command,
        failure.getMessage() + " (see " + command.getCommandSpec().qualifiedName() + " --help)");
    return ExitCodes.USAGE;
  }

  @Override
  public int getExitCode(Throwable failure) {
    return failure instanceof InvalidConfigException
            || failure instanceof BadInputException
            || failure instanceof PortInUseException
        ? ExitCodes.USAGE
        : ExitCodes.FAILURE;
  }

  private static String message(Exception failure) {
    String message = failure.getMessage();
    boolean expected =
        failure instanceof InvalidConfigException
            || failure instanceof BadInputException
            || failure instanceof EmbeddedKafkaException;
    return expected && message != null
        ? message
        : failure.getClass().getSimpleName() + ": " + message;
  }

  private static void print(CommandLine command, String message) {
    command
        .getErr()
        .println("refrag: " + message.lines().reduce("", (a, b) -> a.isEmpty() ? b : a + " " + b));
    command.getErr().flush();
  }
}

package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.NoAnswerException;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.app.data.BadInputException;
import io.github.refragstreams.app.embedded.PortInUseException;
import io.github.refragstreams.app.topics.ClusterException;
import io.github.refragstreams.model.InvalidBundleException;
import io.github.refragstreams.serde.RegistryUnavailableException;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
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
      Exception thrown, CommandLine command, ParseResult arguments) {
    Throwable failure = telling(thrown);
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
    if (isUnavailable(telling(failure))) {
      return ExitCodes.UNAVAILABLE;
    }
    return isUsage(telling(failure)) ? ExitCodes.USAGE : ExitCodes.FAILURE;
  }

  private static boolean isUnavailable(Throwable failure) {
    return failure instanceof NoAnswerException
        || failure instanceof RegistryUnavailableException
        || failure instanceof TimeoutException
        || (failure instanceof ClusterException cluster && cluster.isUnreachable());
  }

  private static boolean isUsage(Throwable failure) {
    return failure instanceof InvalidConfigException
        || failure instanceof BadInputException
        || failure instanceof InvalidBundleException
        || failure instanceof PortInUseException
        || failure instanceof ConfigException;
  }

  /** Kafka's clients hide what is wrong with their settings behind a failure that says nothing. */
  private static Throwable telling(Throwable failure) {
    return failure instanceof KafkaException && failure.getCause() instanceof ConfigException cause
        ? cause
        : failure;
  }

  /** Our own failures say what they are; foreign ones are named as well. */
  private static String message(Throwable failure) {
    String message = failure.getMessage();
    boolean ours = failure.getClass().getName().startsWith("io.github.refragstreams.");
    if (message == null) {
      return failure.getClass().getSimpleName();
    }
    return ours || isUsage(failure) ? message : failure.getClass().getSimpleName() + ": " + message;
  }

  private static void print(CommandLine command, String message) {
    command
        .getErr()
        .println("refrag: " + message.lines().map(String::strip).collect(Collectors.joining(" ")));
    command.getErr().flush();
  }
}

package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.NoAnswerException;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.app.data.BadInputException;
import io.github.refragstreams.app.embedded.PortInUseException;
import io.github.refragstreams.app.service.Shutdown;
import io.github.refragstreams.app.text.Printable;
import io.github.refragstreams.app.topics.ClusterException;
import io.github.refragstreams.model.InvalidBundleException;
import io.github.refragstreams.serde.RegistryUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
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
  /** How Kafka's clients begin to say that they could not be made. */
  private static final List<String> NOT_MADE =
      List.of("Failed to create new Kafka", "Failed to construct kafka");

  private final RefragCommand root;
  private final BooleanSupplier stopping;

  Errors(RefragCommand root) {
    this(root, Shutdown::hasBegun);
  }

  /**
   * @param stopping whether the process was told to end: what fails then fails for that
   */
  Errors(RefragCommand root, BooleanSupplier stopping) {
    this.root = root;
    this.stopping = stopping;
  }

  @Override
  public int handleExecutionException(
      Exception thrown, CommandLine command, ParseResult arguments) {
    if (!stopping.getAsBoolean()) {
      print(command, message(thrown));
    }
    if (root.debug()) {
      thrown.printStackTrace(command.getErr());
    }
    return getExitCode(thrown);
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
    return isNotMade(failure) || isUsage(telling(failure)) ? ExitCodes.USAGE : ExitCodes.FAILURE;
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
        || failure instanceof ConfigException
        || failure instanceof InvalidConfigurationException;
  }

  /**
   * Whether a client of Kafka's could not be made: it contacts nobody, so its settings are wrong.
   */
  private static boolean isNotMade(Throwable failure) {
    return isWrapper(failure)
        && NOT_MADE.stream().anyMatch(String.valueOf(failure.getMessage())::startsWith);
  }

  /** Kafka's clients hide what is wrong behind failures that say nothing. */
  private static Throwable telling(Throwable failure) {
    Throwable cause = failure.getCause();
    return isWrapper(failure) && cause != null ? telling(cause) : failure;
  }

  private static boolean isWrapper(Throwable failure) {
    return failure.getClass() == KafkaException.class;
  }

  private static String message(Throwable failure) {
    return isNotMade(failure) ? causes(failure) : itself(telling(failure));
  }

  /** Each says a part of it: which file, what is wrong with it. */
  private static String causes(Throwable failure) {
    List<String> parts = new ArrayList<>();
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      // Where nothing else was known, a failure repeats the next one.
      boolean repeats =
          cause.getCause() != null
              && cause.getCause().toString().equals(String.valueOf(cause.getMessage()));
      if (!repeats) {
        parts.add(
            cause instanceof KafkaException ? String.valueOf(cause.getMessage()) : itself(cause));
      }
    }
    return String.join(": ", parts);
  }

  /** Our own failures say what they are; foreign ones are named as well. */
  private static String itself(Throwable failure) {
    String message = failure.getMessage();
    boolean ours = failure.getClass().getName().startsWith("io.github.refragstreams.");
    if (message == null) {
      return failure.getClass().getSimpleName();
    }
    return ours || isUsage(failure) ? message : failure.getClass().getSimpleName() + ": " + message;
  }

  private static void print(CommandLine command, String message) {
    new Notices(command.getErr())
        .fail(Printable.line(message.lines().map(String::strip).collect(Collectors.joining(" "))));
  }
}

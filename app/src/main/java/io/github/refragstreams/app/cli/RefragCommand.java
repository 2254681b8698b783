package io.github.refragstreams.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root command: options that every command has, and their list. */
@Command(
    name = "refrag",
    description = "Answers questions over Kafka from compressed passages.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the work failed",
      "2:wrong usage, configuration, bundle or input file",
      "3:Kafka or the schema registry cannot be reached, or did not answer in time",
      "130, 143:ended by Ctrl-C or by SIGTERM, in good order"
    },
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      ApiCommand.class,
      ConsoleCommand.class,
      AskCommand.class,
      ChatCommand.class,
      TopicsCommand.class,
      AclsCommand.class,
      TopologyCommand.class,
      DeadLettersCommand.class,
      ResetCommand.class,
      EvalCommand.class,
      BenchCommand.class,
      HealthCommand.class,
      ValidateCommand.class,
      BundleCommand.class,
      ConfigCommand.class,
      ConfigReferenceCommand.class,
      MetricsReferenceCommand.class,
      EventsReferenceCommand.class,
      CompletionCommand.class
    },
    scope = ScopeType.INHERIT,
    footerHeading = Examples.HEADING,
    footer = {"  refrag demo", "  refrag COMMAND --help"})
final class RefragCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      description = "Print stack traces and debug logs.",
      scope = ScopeType.INHERIT)
  private boolean debug;

  @SuppressWarnings("UnusedVariable") // LogLevels reads the option, before anything is logged
  @Option(
      names = LogLevels.JSON,
      description = "Log one JSON object per line.",
      scope = ScopeType.INHERIT)
  private boolean jsonLogs;

  boolean debug() {
    return debug;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "choose a command");
  }
}

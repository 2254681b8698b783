package io.github.refragstreams.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code refrag bench}. */
@Command(
    name = "bench",
    description = "Measures speed and answers.",
    subcommands = {
      TtftCommand.class,
      FactbookCommand.class,
      RetrievalCommand.class,
      LoadCommand.class,
      FaultsCommand.class
    },
    footerHeading = Examples.HEADING,
    footer = "  refrag bench ttft")
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "choose a measurement");
  }
}

package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.service.Topologies;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code refrag topology}. */
@Command(
    name = "topology",
    description = "Prints the processors, stores and topics of the topology; contacts nobody.")
final class TopologyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(Topologies.describe(config.load()));
    spec.commandLine().getOut().flush();
    return ExitCodes.OK;
  }
}

package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.service.IdleModels;
import io.github.refragstreams.app.service.Topologies;
import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.EventSerdes;
import java.util.Map;
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
    AppConfig settings = config.load();
    try (EventSerdes serdes = new EventSerdes(Map.of(EventSerdeConfig.URL, "mock://topology"))) {
      spec.commandLine()
          .getOut()
          .print(Topologies.build(IdleModels.create(), settings, serdes).describe());
    }
    spec.commandLine().getOut().flush();
    return ExitCodes.OK;
  }
}

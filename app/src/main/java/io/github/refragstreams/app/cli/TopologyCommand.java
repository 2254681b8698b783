package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.service.Topologies;
import io.github.refragstreams.app.text.Mermaid;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyDescription.Node;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;
import org.apache.kafka.streams.TopologyDescription.Subtopology;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag topology}. */
@Command(
    name = "topology",
    description = "Prints the processors, stores and topics of the topology; contacts nobody.",
    footerHeading = Examples.HEADING,
    footer = "  refrag topology --mermaid")
final class TopologyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Option(names = "--mermaid", description = "Print a flow chart in Mermaid's language.")
  private boolean mermaid;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    TopologyDescription topology = Topologies.describe(config.load());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(values(topology)));
    } else {
      out.print(mermaid ? Mermaid.of(topology) : topology);
    }
    out.flush();
    return ExitCodes.OK;
  }

  private static Map<String, Object> values(TopologyDescription topology) {
    return Map.of(
        "subtopologies", topology.subtopologies().stream().map(TopologyCommand::values).toList());
  }

  private static Map<String, Object> values(Subtopology part) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("id", part.id());
    values.put("nodes", part.nodes().stream().map(TopologyCommand::values).toList());
    return values;
  }

  private static Map<String, Object> values(Node node) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", node.name());
    if (node instanceof Source source) {
      values.put("topics", source.topicSet().stream().sorted().toList());
    } else if (node instanceof Sink sink) {
      values.put("topics", List.of(sink.topic()));
    } else if (node instanceof Processor processor) {
      values.put("stores", processor.stores().stream().sorted().toList());
    }
    values.put("successors", node.successors().stream().map(Node::name).sorted().toList());
    return values;
  }
}

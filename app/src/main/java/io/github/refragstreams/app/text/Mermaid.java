package io.github.refragstreams.app.text;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyDescription.Node;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;
import org.apache.kafka.streams.TopologyDescription.Subtopology;

/** A topology as a flow chart: topics between its parts, stores beside their processors. */
public final class Mermaid {
  private final StringBuilder chart = new StringBuilder("flowchart LR\n");
  private final Set<String> edges = new TreeSet<>();
  private final Set<String> topics = new TreeSet<>();

  private Mermaid() {}

  /** The text of the chart. */
  public static String of(TopologyDescription topology) {
    Mermaid mermaid = new Mermaid();
    topology.subtopologies().stream()
        .sorted(Comparator.comparingInt(Subtopology::id))
        .forEach(mermaid::part);
    mermaid.topics.forEach(
        topic -> mermaid.line("  ", id("topic", topic) + "[/\"" + topic + "\"/]"));
    mermaid.edges.forEach(edge -> mermaid.line("  ", edge));
    return mermaid.chart.toString();
  }

  private void part(Subtopology part) {
    line("  ", "subgraph part" + part.id() + "[\"" + part.id() + "\"]");
    List<Node> nodes =
        part.nodes().stream().sorted(Comparator.<Node, String>comparing(Node::name)).toList();
    nodes.forEach(this::node);
    line("  ", "end");
  }

  private void node(Node node) {
    String from = id("node", node.name());
    line("    ", from + "(\"" + node.name() + "\")");
    node.successors().forEach(next -> edges.add(from + " --> " + id("node", next.name())));
    if (node instanceof Source source) {
      source.topicSet().forEach(topic -> edges.add(topic(topic) + " --> " + from));
    } else if (node instanceof Sink sink) {
      edges.add(from + " --> " + topic(sink.topic()));
    } else if (node instanceof Processor processor) {
      for (String store : new TreeSet<>(processor.stores())) {
        line("    ", id("store", store) + "[(\"" + store + "\")]");
        edges.add(from + " --- " + id("store", store));
      }
    }
  }

  private String topic(String name) {
    topics.add(name);
    return id("topic", name);
  }

  private static String id(String kind, String name) {
    return kind + "-" + name;
  }

  private void line(String indent, String text) {
    chart.append(indent).append(text).append('\n');
  }
}

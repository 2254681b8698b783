package io.github.refragstreams.app.acls;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyDescription.Node;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;

/**
 * The topics that a topology uses, each list sorted.
 *
 * @param sources topics of others that it reads
 * @param sinks topics of others that it writes
 * @param repartitions internal topics between its parts
 * @param changelogs internal topics behind its stores
 */
record TopologyUse(
    List<String> sources, List<String> sinks, List<String> repartitions, List<String> changelogs) {

  /** A topic that the topology both writes and reads is its own. */
  static TopologyUse of(TopologyDescription topology, String applicationId) {
    Set<String> read = new TreeSet<>();
    Set<String> written = new TreeSet<>();
    Set<String> stores = new TreeSet<>();
    topology.subtopologies().stream()
        .flatMap(part -> part.nodes().stream())
        .forEach(node -> add(node, read, written, stores));
    Set<String> between = new TreeSet<>(read);
    between.retainAll(written);
    read.removeAll(between);
    written.removeAll(between);
    return new TopologyUse(
        List.copyOf(read),
        List.copyOf(written),
        internal(applicationId, between, ""),
        internal(applicationId, stores, "-changelog"));
  }

  private static void add(Node node, Set<String> read, Set<String> written, Set<String> stores) {
    if (node instanceof Source source) {
      read.addAll(source.topicSet());
    } else if (node instanceof Sink sink) {
      written.add(sink.topic());
    } else if (node instanceof Processor processor) {
      stores.addAll(processor.stores());
    }
  }

  private static List<String> internal(String applicationId, Set<String> names, String suffix) {
    return names.stream()
        .map(name -> applicationId + "-" + name + suffix)
        .collect(Collectors.toList());
  }
}

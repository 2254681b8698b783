package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.app.text.Table;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.topology.TopicSpec;
import io.github.refragstreams.topology.Topics;
import io.github.refragstreams.topology.TopologyNames;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag topics}. */
@Command(
    name = "topics",
    description =
        "Prints the topics that the application needs, and those that it makes itself; with --create,"
            + " creates the missing ones of the former.",
    footerHeading = Examples.HEADING,
    footer = "  refrag topics --config refrag.yaml --create --replicas 3")
final class TopicsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Option(names = "--create", description = "Create what is missing on the cluster.")
  private boolean create;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      description = "Replicas of created topics; default: the cluster's.")
  private @Nullable Short replicas;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    AppConfig settings = config.load();
    List<TopicSpec> required = Topics.required(settings.topology());
    List<String> created = create ? create(settings, required) : List.of();
    PrintWriter out = spec.commandLine().getOut();
    List<String> internal = TopologyNames.internalTopics(settings.applicationId());
    if (json) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("required", required.stream().map(TopicsCommand::values).toList());
      values.put("internal", internal);
      values.put("created", created);
      out.println(Json.line(values));
    } else {
      Table table = new Table("topic", "partitions", "settings");
      required.forEach(
          topic ->
              table.row(
                  topic.name(),
                  topic.partitions() + (topic.exactPartitions() ? " exactly" : ""),
                  new TreeMap<>(topic.config()).toString()));
      out.print(table);
      out.println();
      out.println("made by Kafka Streams:");
      internal.forEach(topic -> out.println("  " + topic));
      if (create) {
        out.println();
        out.println("created: " + (created.isEmpty() ? "nothing" : String.join(", ", created)));
      }
    }
    out.flush();
    return ExitCodes.OK;
  }

  private List<String> create(AppConfig settings, List<TopicSpec> required) {
    if (settings.kafka().getOrDefault("bootstrap.servers", "").isBlank()) {
      throw new InvalidConfigException("kafka.bootstrap.servers is missing");
    }
    try (TopicAdmin admin = new TopicAdmin(settings.kafka())) {
      List<String> created = admin.create(required, Optional.ofNullable(replicas));
      admin.checkForApplication(settings.topology());
      return created;
    }
  }

  private static Map<String, Object> values(TopicSpec topic) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", topic.name());
    values.put("partitions", topic.partitions());
    values.put("exact_partitions", topic.exactPartitions());
    values.put("settings", new TreeMap<>(topic.config()));
    return values;
  }
}

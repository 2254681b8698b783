package io.github.refragstreams.app.topics;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.topology.TopicSpec;
import io.github.refragstreams.topology.Topics;
import io.github.refragstreams.topology.TopologyConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the topics of a cluster, and creates those that are missing. */
public final class TopicAdmin implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(TopicAdmin.class);

  private final ClusterAdmin cluster;

  /**
   * @param kafka settings of Kafka's clients
   */
  public TopicAdmin(Map<String, String> kafka) {
    this.cluster = new ClusterAdmin(kafka);
  }

  /**
   * Like {@link #check}, for a client that wants nothing else of the cluster before it starts.
   *
   * @throws InvalidConfigException naming every topic that is missing or cut into other partitions
   * @throws ClusterException when the cluster does not answer
   */
  public static void checkTopics(AppConfig config) {
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.check(config.topology());
    }
  }

  /**
   * Like {@link #checkForApplication}, for the application before it starts.
   *
   * @throws InvalidConfigException naming every topic with which it cannot start
   * @throws ClusterException when the cluster does not answer
   */
  public static void checkTopicsForApplication(AppConfig config) {
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.checkForApplication(config.topology());
    }
  }

  /**
   * Partitions by topic; topics that the cluster lacks are left out.
   *
   * @throws ClusterException when the cluster does not answer
   */
  public Map<String, Integer> partitions(List<TopicSpec> topics) {
    return cluster.partitions(topics.stream().map(TopicSpec::name).toList());
  }

  /**
   * Checks that the topics are there.
   *
   * @throws InvalidConfigException naming every topic that is missing or cut into other partitions
   * @throws ClusterException when the cluster does not answer
   */
  public void check(TopologyConfig config) {
    refuse(Topics.problems(config, partitions(Topics.required(config))));
  }

  /**
   * Checks that the application can start on this cluster. That the dead letters' topic takes the
   * largest of them is only checked where the cluster lets its settings be read.
   *
   * @throws InvalidConfigException naming every topic that is missing, cut into other partitions,
   *     or takes too little
   * @throws ClusterException when the cluster does not answer
   */
  public void checkForApplication(TopologyConfig config) {
    Map<String, Integer> existing = partitions(Topics.required(config));
    List<String> problems = new ArrayList<>(Topics.problems(config, existing));
    String deadLetters = config.topics().deadLetters();
    if (existing.containsKey(deadLetters)) {
      mostBytes(deadLetters)
          .flatMap(most -> Topics.deadLetterProblem(config, most))
          .ifPresent(problems::add);
    }
    refuse(problems);
  }

  private static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new InvalidConfigException(problems);
    }
  }

  /** Bytes of the largest record, or batch, that a topic takes; empty where we may not ask. */
  private Optional<Long> mostBytes(String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Optional<Map<ConfigResource, Config>> settings =
        cluster.await(
            cluster.admin().describeConfigs(List.of(resource)).all(), AuthorizationException.class);
    if (settings.isEmpty()) {
      LOGGER
          .atWarn()
          .addKeyValue("topic", topic)
          .log("no right to DescribeConfigs: max.message.bytes is not checked");
    }
    return settings
        .flatMap(all -> all.values().stream().findFirst())
        .map(config -> config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG))
        .map(entry -> Long.valueOf(entry.value()));
  }

  /**
   * Creates the topics that are missing, and waits until they are visible; leaves the others as
   * they are.
   *
   * @param replicas replicas of each; empty for the cluster's default
   * @return names of the topics that were created
   * @throws ClusterException when the cluster does not answer or refuses
   */
  public List<String> create(List<TopicSpec> topics, Optional<Short> replicas) {
    List<NewTopic> missing =
        topics.stream()
            .map(
                topic ->
                    new NewTopic(topic.name(), Optional.of(topic.partitions()), replicas)
                        .configs(topic.config()))
            .toList();
    List<String> created = new ArrayList<>();
    cluster
        .admin()
        .createTopics(missing)
        .values()
        .forEach(
            (name, done) ->
                cluster
                    .await(done.thenApply(nothing -> name), TopicExistsException.class)
                    .ifPresent(created::add));
    // A broker may answer that a topic is created before it shows it to others.
    cluster.awaitVisible(
        () -> partitions(topics).size() == topics.size(), "created topics do not become visible");
    return created.stream().sorted().toList();
  }

  @Override
  public void close() {
    cluster.close();
  }
}

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
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Looks at the topics of a cluster, and creates those that are missing. */
public final class TopicAdmin implements AutoCloseable {
  private final ClusterAdmin cluster;

  /**
   * @param kafka settings of Kafka's clients
   */
  public TopicAdmin(Map<String, String> kafka) {
    this.cluster = new ClusterAdmin(kafka);
  }

  /**
   * Like {@link #check}, for a command that wants nothing else of the cluster before it starts.
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
   * Partitions by topic; topics that the cluster lacks are left out.
   *
   * @throws ClusterException when the cluster does not answer
   */
  public Map<String, Integer> partitions(List<TopicSpec> topics) {
    return cluster.partitions(topics.stream().map(TopicSpec::name).toList());
  }

  /**
   * Checks that the application can start on this cluster.
   *
   * @throws InvalidConfigException naming every topic that is missing or cut into other partitions
   * @throws ClusterException when the cluster does not answer
   */
  public void check(TopologyConfig config) {
    List<String> problems = Topics.problems(config, partitions(Topics.required(config)));
    if (!problems.isEmpty()) {
      throw new InvalidConfigException(problems);
    }
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

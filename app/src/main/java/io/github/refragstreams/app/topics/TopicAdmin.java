package io.github.refragstreams.app.topics;

import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.topology.TopicSpec;
import io.github.refragstreams.topology.Topics;
import io.github.refragstreams.topology.TopologyConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Looks at the topics of a cluster, and creates those that are missing. */
public final class TopicAdmin implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final Admin admin;
  private final String cluster;

  /**
   * @param kafka settings of Kafka's clients
   */
  public TopicAdmin(Map<String, String> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.putIfAbsent(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, String.valueOf(TIMEOUT.toMillis()));
    settings.putIfAbsent(
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, String.valueOf(TIMEOUT.toMillis()));
    this.admin = Admin.create(settings);
    this.cluster = kafka.getOrDefault("bootstrap.servers", "the cluster");
  }

  /**
   * Partitions by topic; topics that the cluster lacks are left out.
   *
   * @throws ClusterException when the cluster does not answer
   */
  public Map<String, Integer> partitions(List<TopicSpec> topics) {
    Map<String, KafkaFuture<TopicDescription>> found =
        admin.describeTopics(topics.stream().map(TopicSpec::name).toList()).topicNameValues();
    Map<String, Integer> partitions = new HashMap<>();
    found.forEach(
        (name, description) ->
            await(description, UnknownTopicOrPartitionException.class)
                .ifPresent(topic -> partitions.put(name, topic.partitions().size())));
    return partitions;
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
    admin
        .createTopics(missing)
        .values()
        .forEach(
            (name, done) -> {
              if (await(done.thenApply(nothing -> name), TopicExistsException.class).isPresent()) {
                created.add(name);
              }
            });
    awaitVisible(topics);
    return created.stream().sorted().toList();
  }

  /** A broker may answer that a topic is created before it shows it to others. */
  private void awaitVisible(List<TopicSpec> topics) {
    long start = System.nanoTime();
    while (partitions(topics).size() < topics.size()) {
      if (System.nanoTime() - start > TIMEOUT.toNanos()) {
        throw ClusterException.unreachable(cluster, "created topics do not become visible", null);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }

  /** The value, or nothing when it fails in the expected way. */
  private <T> Optional<T> await(KafkaFuture<T> future, Class<? extends Throwable> expectedFailure) {
    try {
      return Optional.of(future.get());
    } catch (ExecutionException e) {
      if (expectedFailure.isInstance(e.getCause())) {
        return Optional.empty();
      }
      throw ClusterException.of(cluster, e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}

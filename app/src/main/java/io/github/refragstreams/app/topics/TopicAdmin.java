package io.github.refragstreams.app.topics;

import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.topology.TopicSpec;
import io.github.refragstreams.topology.Topics;
import io.github.refragstreams.topology.TopologyConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Looks at the topics of a cluster, and creates those that are missing. */
public final class TopicAdmin implements AutoCloseable {
  private static final long TIMEOUT_SECONDS = 30;

  private final Admin admin;
  private final String cluster;

  /**
   * @param kafka settings of Kafka's clients
   */
  public TopicAdmin(Map<String, String> kafka) {
    this.admin = Admin.create(new HashMap<>(kafka));
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
      if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS)) {
        throw new ClusterException(cluster, new TimeoutException("created topics are not visible"));
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
    admin.close();
  }

  /** The value, or nothing when it fails in the expected way. */
  private <T> Optional<T> await(KafkaFuture<T> future, Class<? extends Throwable> expectedFailure) {
    try {
      return Optional.of(future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      if (expectedFailure.isInstance(e.getCause())) {
        return Optional.empty();
      }
      throw new ClusterException(cluster, e);
    } catch (TimeoutException e) {
      throw new ClusterException(cluster, e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}

package io.github.refragstreams.app.topics;

import io.github.refragstreams.app.client.ClientSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Kafka's administration client, with failures that say what is wrong with which cluster. */
final class ClusterAdmin implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Admin admin;
  private final String cluster;

  /**
   * @param kafka settings of Kafka's clients
   */
  ClusterAdmin(Map<String, String> kafka) {
    this.admin = Admin.create(ClientSettings.admin(kafka));
    this.cluster = kafka.getOrDefault("bootstrap.servers", "the cluster");
  }

  Admin admin() {
    return admin;
  }

  /** Partitions by topic; topics that the cluster lacks are left out. */
  Map<String, Integer> partitions(Collection<String> topics) {
    Map<String, KafkaFuture<TopicDescription>> found =
        admin.describeTopics(topics).topicNameValues();
    return found.entrySet().stream()
        .flatMap(each -> await(each.getValue(), UnknownTopicOrPartitionException.class).stream())
        .collect(Collectors.toMap(TopicDescription::name, topic -> topic.partitions().size()));
  }

  /**
   * The value, or nothing when it fails in the expected way.
   *
   * @throws ClusterException when it fails in another way
   */
  <T> Optional<T> await(KafkaFuture<T> future, Class<? extends Throwable> expectedFailure) {
    try {
      return Optional.ofNullable(future.get());
    } catch (ExecutionException e) {
      if (expectedFailure.isInstance(e.getCause())) {
        return Optional.empty();
      }
      throw ClusterException.of(cluster, e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /**
   * Waits for what a broker has promised and does not show yet.
   *
   * @param otherwise what is wrong when it does not come
   * @throws ClusterException when it does not come in time
   */
  void awaitVisible(BooleanSupplier shown, String otherwise) {
    long start = System.nanoTime();
    while (!shown.getAsBoolean()) {
      if (System.nanoTime() - start > TIMEOUT.toNanos()) {
        throw ClusterException.unreachable(cluster, otherwise, null);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}

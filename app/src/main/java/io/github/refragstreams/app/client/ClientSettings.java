package io.github.refragstreams.app.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Settings of one client from those of the whole application, which may hold some for a kind of
 * client only: {@code producer.acks} overrides {@code acks}.
 */
public final class ClientSettings {
  /** Somebody waits for a command to say that the cluster is away. */
  private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(15);

  private ClientSettings() {}

  /** For a producer that loses nothing and does not wait for company. */
  public static Map<String, Object> producer(Map<String, String> kafka) {
    Map<String, Object> settings = of(kafka, "producer.");
    settings.putIfAbsent(ProducerConfig.ACKS_CONFIG, "all");
    settings.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, "0");
    return settings;
  }

  /** For reading from the end on, without a group. */
  public static Map<String, Object> consumer(Map<String, String> kafka, boolean committedOnly) {
    Map<String, Object> settings = of(kafka, "consumer.");
    settings.put(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
        committedOnly ? "read_committed" : "read_uncommitted");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    // Who only reads makes no topics: a wrong name would become one.
    settings.putIfAbsent(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    settings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    return settings;
  }

  /** For administration that does not wait for long, unless timeouts are set. */
  public static Map<String, Object> admin(Map<String, String> kafka) {
    Map<String, Object> settings = of(kafka, "admin.");
    if (!settings.containsKey(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG)) {
      settings.putIfAbsent(
          AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
          String.valueOf(ADMIN_TIMEOUT.toMillis()));
      // Kafka refuses requests that may take longer than the call that they belong to.
      settings.put(
          AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
          settings.get(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG));
    }
    return settings;
  }

  private static Map<String, Object> of(Map<String, String> kafka, String prefix) {
    Map<String, Object> settings = new HashMap<>(kafka);
    kafka.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            settings.put(key.substring(prefix.length()), value);
          }
        });
    return settings;
  }
}

package io.github.refragstreams.app.config;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * What Kafka's own definitions refuse of the settings that are handed to it: else it is refused
 * when a client is made of them. Names that nobody defines are left alone, as Kafka leaves them.
 */
final class KafkaDefinitions {
  private static final ConfigDef CONSUMER = ConsumerConfig.configDef();
  private static final ConfigDef PRODUCER = ProducerConfig.configDef();
  private static final ConfigDef ADMIN = AdminClientConfig.configDef();

  /** A setting without a prefix is that of the first who knows its name. */
  private static final List<ConfigDef> WITHOUT_PREFIX =
      List.of(StreamsConfig.configDef(), CONSUMER, PRODUCER, ADMIN);

  private static final Map<String, ConfigDef> BY_PREFIX =
      Map.of(
          StreamsConfig.CONSUMER_PREFIX, CONSUMER,
          StreamsConfig.MAIN_CONSUMER_PREFIX, CONSUMER,
          StreamsConfig.RESTORE_CONSUMER_PREFIX, CONSUMER,
          StreamsConfig.GLOBAL_CONSUMER_PREFIX, CONSUMER,
          StreamsConfig.PRODUCER_PREFIX, PRODUCER,
          StreamsConfig.ADMIN_CLIENT_PREFIX, ADMIN);

  private KafkaDefinitions() {}

  /** What is wrong with each setting that is refused, in Kafka's words, by its name. */
  static Map<String, String> refused(Map<String, String> kafka) {
    Map<String, String> refused = new TreeMap<>();
    kafka.forEach(
        (name, value) -> {
          String problem = problem(name, value);
          if (problem != null) {
            refused.put(name, problem);
          }
        });
    return refused;
  }

  private static @Nullable String problem(String name, String value) {
    for (Map.Entry<String, ConfigDef> each : BY_PREFIX.entrySet()) {
      if (name.startsWith(each.getKey())) {
        return problem(each.getValue(), name.substring(each.getKey().length()), value);
      }
    }
    for (ConfigDef definition : WITHOUT_PREFIX) {
      if (definition.names().contains(name)) {
        return problem(definition, name, value);
      }
    }
    return null;
  }

  /** All that a definition has are asked about; what misses others is no concern of this one. */
  private static @Nullable String problem(ConfigDef definition, String name, String value) {
    return definition.validate(Map.of(name, value)).stream()
        .filter(found -> found.name().equals(name) && !found.errorMessages().isEmpty())
        // Further ones say that there is no value then.
        .map(found -> found.errorMessages().get(0))
        .findFirst()
        .orElse(null);
  }
}

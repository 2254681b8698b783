package io.github.refragstreams.app.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;

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

  /** What is wrong with a setting that is refused, in Kafka's words. */
  static Optional<String> problem(String name, String value) {
    for (Map.Entry<String, ConfigDef> each : BY_PREFIX.entrySet()) {
      if (name.startsWith(each.getKey())) {
        return problem(each.getValue(), name.substring(each.getKey().length()), value);
      }
    }
    return WITHOUT_PREFIX.stream()
        .filter(definition -> definition.names().contains(name))
        .findFirst()
        .flatMap(definition -> problem(definition, name, value));
  }

  /** All that a definition has are asked about; what misses others is no concern of this one. */
  private static Optional<String> problem(ConfigDef definition, String name, String value) {
    return definition.validate(Map.of(name, value)).stream()
        .filter(found -> found.name().equals(name) && !found.errorMessages().isEmpty())
        // Further ones say that there is no value then.
        .map(found -> found.errorMessages().get(0))
        .findFirst();
  }
}

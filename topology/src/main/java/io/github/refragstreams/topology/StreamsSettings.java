package io.github.refragstreams.topology;

import io.github.refragstreams.model.Telemetry;
import io.github.refragstreams.topology.internal.record.ArrivalWhereUntold;
import io.github.refragstreams.topology.internal.refusal.FailedRecordHandler;
import io.github.refragstreams.topology.internal.refusal.UnwrittenRecordHandler;
import io.github.refragstreams.topology.internal.store.StoreMemory;
import io.github.refragstreams.topology.internal.telemetry.DeadLetterCounts;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** How Kafka Streams must run the topology. */
public final class StreamsSettings {
  /** What Kafka must let pass, as it is set. */
  private static final List<String> RECORD_BYTES =
      List.of(
          StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
          StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG));

  private static final String MAX_POLL_RECORDS = ConsumerConfig.MAX_POLL_RECORDS_CONFIG;
  private static final String MAIN_POLL_RECORDS =
      StreamsConfig.mainConsumerPrefix(MAX_POLL_RECORDS);

  private StreamsSettings() {}

  /**
   * Settings for {@code new KafkaStreams(topology, …)}.
   *
   * @param kafka settings of the user, at least {@code bootstrap.servers}; they go before ours,
   *     except where exactly-once, dead letters or names depend on ours
   * @throws IllegalArgumentException naming a setting that must not be changed, or one that does
   *     not let the largest record pass
   */
  public static Properties properties(
      TopologyConfig config, String applicationId, GroupProtocol protocol, Map<String, ?> kafka) {
    Properties all = new Properties();
    all.putAll(defaults(config.limits()));
    all.putAll(StoreMemory.settings(config.stores()));
    all.putAll(kafka);
    // What is set for all consumers holds for the main one, too.
    Object pollRecords = kafka.get(StreamsConfig.consumerPrefix(MAX_POLL_RECORDS));
    if (pollRecords != null && !kafka.containsKey(MAIN_POLL_RECORDS)) {
      all.put(MAIN_POLL_RECORDS, pollRecords);
    }
    all.put(FailedRecordHandler.MOST_BYTES, config.limits().recordBytes());
    checkRecordBytes(config.limits(), kafka);
    fixed(config, applicationId, protocol)
        .forEach(
            (key, value) -> {
              Object asked = kafka.get(key);
              if (asked != null && !asked.toString().equals(value.toString())) {
                throw new IllegalArgumentException(
                    "kafka." + key + " is " + asked + "; it must be left at " + value);
              }
              all.put(key, value);
            });
    return all;
  }

  /**
   * The same settings, with the topology's telemetry: Kafka Streams makes the handlers of records
   * that cannot be read or processed itself, and these count dead letters, too.
   */
  public static Properties observed(Properties settings, Telemetry telemetry) {
    Properties all = new Properties();
    all.putAll(settings);
    all.put(DeadLetterCounts.SETTING, new DeadLetterCounts(telemetry.meters()));
    return all;
  }

  /**
   * Replaces a thread that died, which repeats its work from the last commit; stops where that
   * cannot help.
   */
  public static StreamsUncaughtExceptionHandler uncaughtExceptionHandler() {
    return failure ->
        isPermanent(failure)
            ? StreamThreadExceptionResponse.SHUTDOWN_CLIENT
            : StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private static boolean isPermanent(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigException
          || cause instanceof MissingSourceTopicException
          // Only an operator can grant it; whoever runs the process starts it again, at a pace.
          || cause instanceof AuthorizationException
          || cause instanceof AuthenticationException
          // Another process has the id of this one: a new thread would only take it back.
          || cause instanceof FencedInstanceIdException
          || cause instanceof Error) {
        return true;
      }
    }
    return false;
  }

  private static void checkRecordBytes(Limits limits, Map<String, ?> kafka) {
    for (String key : RECORD_BYTES) {
      Object asked = kafka.get(key);
      if (asked != null && bytes(key, asked) < limits.recordBytes()) {
        throw new IllegalArgumentException(
            "kafka."
                + key
                + " is "
                + asked
                + "; it must be at least limits.record-bytes, "
                + limits.recordBytes());
      }
    }
  }

  private static long bytes(String key, Object asked) {
    try {
      return Long.parseLong(asked.toString().strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "kafka." + key + " is " + asked + "; it must be a whole number of bytes", e);
    }
  }

  /** Settings that may be changed. */
  private static Map<String, Object> defaults(Limits limits) {
    return Map.of(
        StreamsConfig.POLL_MS_CONFIG,
        20,
        StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
        30,
        StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG,
        100,
        // A thread polls again when it has nothing left to process: while a task makes its records
        // wait for the models, those of other partitions wait for that.
        MAIN_POLL_RECORDS,
        20,
        StreamsConfig.REPLICATION_FACTOR_CONFIG,
        -1,
        StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG,
        StoreMemory.class.getName(),
        StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
        5,
        StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG),
        "lz4",
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        limits.recordBytes(),
        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
        limits.recordBytes());
  }

  /** Settings that the topology relies on. */
  private static Map<String, Object> fixed(
      TopologyConfig config, String applicationId, GroupProtocol protocol) {
    return Map.of(
        StreamsConfig.APPLICATION_ID_CONFIG,
        applicationId,
        StreamsConfig.GROUP_PROTOCOL_CONFIG,
        protocol.label(),
        StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
        StreamsConfig.EXACTLY_ONCE_V2,
        StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG,
        StreamsConfig.NO_OPTIMIZATION,
        StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG,
        true,
        StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG,
        config.topics().deadLetters(),
        StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG,
        ArrivalWhereUntold.class.getName(),
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
        FailedRecordHandler.class.getName(),
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG,
        UnwrittenRecordHandler.class.getName(),
        "processing.exception.handler.global.enabled",
        true);
  }

  /** Settings to build the topology with: names are enforced only where the builder sees this. */
  static StreamsConfig forBuilder(TopologyConfig config) {
    return new StreamsConfig(
        properties(
            config,
            "refrag-streams",
            GroupProtocol.CLASSIC,
            Map.of(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092")));
  }
}

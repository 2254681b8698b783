package io.github.refragstreams.app.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;

/** Reads the ends of topics, without a group. */
final class LastRecords {
  private static final Duration POLL = Duration.ofMillis(100);

  /** Polls without a record, one after the other, until the cluster counts as away. */
  private static final int MOST_EMPTY_POLLS = 100;

  private LastRecords() {}

  /** All partitions of some topics. */
  static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String... topics) {
    return Stream.of(topics)
        .flatMap(topic -> consumer.partitionsFor(topic).stream())
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
  }

  /**
   * Of each of some topics, which may be cut into different numbers of partitions, the one where
   * Kafka's default partitioner puts a key.
   */
  static List<TopicPartition> partitionsOf(
      KafkaConsumer<?, ?> consumer, String key, String... topics) {
    int hash = Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8)));
    return Stream.of(topics)
        .map(topic -> partitions(consumer, topic))
        .filter(all -> !all.isEmpty())
        .map(all -> new TopicPartition(all.get(0).topic(), hash % all.size()))
        .toList();
  }

  /**
   * Passes on what lies in the partitions now, each in its order.
   *
   * @param consumer is assigned to them
   * @param most places at the end of each partition; marks of transactions have some of them
   * @return partitions that were read from their beginning
   * @throws TimeoutException when nothing comes for a while although there is more
   */
  static <K, V> Set<TopicPartition> read(
      KafkaConsumer<K, V> consumer,
      List<TopicPartition> partitions,
      long most,
      Consumer<ConsumerRecord<K, V>> each) {
    consumer.assign(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Set<TopicPartition> whole = new HashSet<>();
    consumer
        .beginningOffsets(partitions)
        .forEach(
            (partition, first) -> {
              long start = Math.max(first, ends.getOrDefault(partition, 0L) - most);
              consumer.seek(partition, start);
              if (start == first) {
                whole.add(partition);
              }
            });
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      poll(consumer).forEach(each);
    }
    return whole;
  }

  /**
   * The next records of the partitions that are assigned; none where only marks of transactions
   * lay.
   *
   * @throws TimeoutException when nothing comes for a while
   */
  static <K, V> ConsumerRecords<K, V> poll(KafkaConsumer<K, V> consumer) {
    Map<TopicPartition, Long> before = positions(consumer);
    for (int polls = 0; polls < MOST_EMPTY_POLLS; polls++) {
      ConsumerRecords<K, V> found = consumer.poll(POLL);
      if (!found.isEmpty() || !positions(consumer).equals(before)) {
        return found;
      }
    }
    throw new TimeoutException("the cluster has sent nothing of " + before.keySet());
  }

  private static Map<TopicPartition, Long> positions(KafkaConsumer<?, ?> consumer) {
    return consumer.assignment().stream()
        .collect(Collectors.toMap(Function.identity(), consumer::position));
  }
}

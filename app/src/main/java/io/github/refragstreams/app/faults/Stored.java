package io.github.refragstreams.app.faults;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Bytes;

/** What a store holds, as its changelog tells: committed entries only. */
final class Stored {
  private static final Duration POLL = Duration.ofMillis(200);

  private Stored() {}

  /**
   * Reads a changelog up to its present end.
   *
   * @param topic with the entries of a store, over all partitions
   */
  static Map<Bytes, byte[]> read(String bootstrapServers, String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<Bytes, byte[]> entries = new HashMap<>();
      Set<Map.Entry<TopicPartition, Long>> ends = consumer.endOffsets(partitions).entrySet();
      while (ends.stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.value() == null) {
            entries.remove(Bytes.wrap(record.key()));
          } else {
            entries.put(Bytes.wrap(record.key()), record.value());
          }
        }
      }
      return entries;
    }
  }
}

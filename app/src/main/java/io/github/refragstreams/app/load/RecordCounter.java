package io.github.refragstreams.app.load;

import io.github.refragstreams.app.client.ClientSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts the records that are committed to a topic from now on. For one thread. */
final class RecordCounter implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(10);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private int count;

  RecordCounter(Map<String, String> kafka, String topic) {
    consumer =
        new KafkaConsumer<>(
            ClientSettings.consumer(kafka, true),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  int count() {
    count += consumer.poll(POLL).count();
    return count;
  }

  @Override
  public void close() {
    consumer.close();
  }
}

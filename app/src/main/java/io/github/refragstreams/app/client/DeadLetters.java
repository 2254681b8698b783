package io.github.refragstreams.app.client;

import io.github.refragstreams.topology.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The topic of refused records: read as a whole, and sent back from. */
public final class DeadLetters {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Map<String, String> kafka;
  private final TopicNames topics;

  /**
   * @param kafka settings of Kafka's clients
   */
  public DeadLetters(Map<String, String> kafka, TopicNames topics) {
    this.kafka = kafka;
    this.topics = topics;
  }

  /** All that are committed by now, in the order of their partitions. */
  public List<RefusedRecord> read() {
    try (KafkaConsumer<byte[], byte @Nullable []> consumer =
        new KafkaConsumer<>(
            ClientSettings.consumer(kafka, true),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topics.deadLetters()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Set<Map.Entry<TopicPartition, Long>> ends = consumer.endOffsets(partitions).entrySet();
      List<RefusedRecord> records = new ArrayList<>();
      while (ends.stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte @Nullable []> record : consumer.poll(POLL)) {
          records.add(RefusedRecord.of(record));
        }
      }
      return records;
    }
  }

  /** Whether a record came from a topic that clients send to: it can be sent there again. */
  public boolean isReplayable(RefusedRecord record) {
    return List.of(topics.queries(), topics.passages(), topics.documents())
        .contains(record.topic());
  }

  /**
   * Sends records to where they came from, as they came, under their keys; returns when the cluster
   * has them all. They stay among the dead letters.
   *
   * @throws KafkaException when the cluster refuses one
   */
  public void replay(Collection<RefusedRecord> records) {
    try (KafkaProducer<byte[], byte @Nullable []> producer =
        new KafkaProducer<>(
            ClientSettings.producer(kafka), new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent =
          records.stream().map(record -> producer.send(record.again())).toList();
      producer.flush();
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw new KafkaException(String.valueOf(e.getMessage()), e);
    }
  }
}

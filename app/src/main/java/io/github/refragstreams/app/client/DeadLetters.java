package io.github.refragstreams.app.client;

import io.github.refragstreams.topology.TopicNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final Pattern ID = Pattern.compile("(\\d{1,9})@(\\d{1,18})");

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
    return read(Long.MAX_VALUE);
  }

  /**
   * The last of each partition, in the order of their partitions.
   *
   * @param most of each partition
   */
  public List<RefusedRecord> read(long most) {
    try (KafkaConsumer<byte[], byte @Nullable []> consumer = consumer()) {
      List<TopicPartition> partitions = LastRecords.partitions(consumer, topics.deadLetters());
      consumer.assign(partitions);
      List<RefusedRecord> records = new ArrayList<>();
      LastRecords.read(consumer, partitions, most, record -> records.add(RefusedRecord.of(record)));
      return records;
    }
  }

  /**
   * The one with an id.
   *
   * @param id {@code partition@offset}
   */
  public Optional<RefusedRecord> find(String id) {
    Matcher place = ID.matcher(id);
    if (!place.matches()) {
      return Optional.empty();
    }
    TopicPartition partition =
        new TopicPartition(topics.deadLetters(), Integer.parseInt(place.group(1)));
    long offset = Long.parseLong(place.group(2));
    try (KafkaConsumer<byte[], byte @Nullable []> consumer = consumer()) {
      if (!LastRecords.partitions(consumer, topics.deadLetters()).contains(partition)) {
        return Optional.empty();
      }
      List<TopicPartition> one = List.of(partition);
      consumer.assign(one);
      boolean there =
          consumer.beginningOffsets(one).getOrDefault(partition, 0L) <= offset
              && offset < consumer.endOffsets(one).getOrDefault(partition, 0L);
      return there ? at(consumer, partition, offset) : Optional.empty();
    }
  }

  /** Empty where the offset is none of a record. */
  private static Optional<RefusedRecord> at(
      KafkaConsumer<byte[], byte @Nullable []> consumer, TopicPartition partition, long offset) {
    consumer.seek(partition, offset);
    List<ConsumerRecord<byte[], byte @Nullable []>> found = List.of();
    while (found.isEmpty() && consumer.position(partition) <= offset) {
      found = LastRecords.poll(consumer).records(partition);
    }
    return found.stream()
        .filter(record -> record.offset() == offset)
        .findFirst()
        .map(RefusedRecord::of);
  }

  private KafkaConsumer<byte[], byte @Nullable []> consumer() {
    return new KafkaConsumer<>(
        ClientSettings.consumer(kafka, true),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
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

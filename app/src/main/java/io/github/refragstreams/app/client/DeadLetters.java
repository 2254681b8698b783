package io.github.refragstreams.app.client;

import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.model.Causes;
import io.github.refragstreams.topology.TopicNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
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

/**
 * The topic of refused records: looked through, and sent back from. What records hold may be more
 * than fits into memory together: they are passed on one at a time, and kept as summaries.
 */
public final class DeadLetters {
  /** Records that are sent before the cluster is asked whether it has them. */
  private static final int BATCH = 100;

  private final Map<String, String> kafka;
  private final TopicNames topics;

  /**
   * @param kafka settings of Kafka's clients
   */
  public DeadLetters(Map<String, String> kafka, TopicNames topics) {
    this.kafka = kafka;
    this.topics = topics;
  }

  /**
   * Passes on all that are committed by now, those of a partition in their order.
   *
   * @throws InvalidConfigException when there is no such topic
   */
  public void read(Consumer<RefusedRecord> each) {
    try (KafkaConsumer<byte[], byte @Nullable []> consumer = consumer()) {
      LastRecords.read(
          consumer,
          partitions(consumer),
          Long.MAX_VALUE,
          record -> each.accept(RefusedRecord.of(record)));
    }
  }

  /**
   * The newest, newest first. Looks at as many of each partition, or all of its.
   *
   * @param most how many at most
   */
  public List<RefusedRecord> newest(int most) {
    try (KafkaConsumer<byte[], byte @Nullable []> consumer = consumer()) {
      List<TopicPartition> partitions = partitions(consumer);
      // Marks of transactions, and what was taken back, may lie where records were looked for.
      for (long places = most; ; places *= 2) {
        NewestLetters newest = new NewestLetters(most);
        Map<Integer, Integer> found = new HashMap<>();
        Set<TopicPartition> whole =
            LastRecords.read(
                consumer,
                partitions,
                places,
                record -> {
                  found.merge(record.partition(), 1, Integer::sum);
                  newest.add(RefusedRecord.of(record));
                });
        if (partitions.stream()
            .allMatch(
                one -> whole.contains(one) || found.getOrDefault(one.partition(), 0) >= most)) {
          return newest.newestFirst();
        }
      }
    }
  }

  /**
   * The one with an id.
   *
   * @param id {@code partition@offset}
   */
  public Optional<DeadLetter> find(String id) {
    List<DeadLetter> found = new ArrayList<>();
    LetterId.parse(id).ifPresent(place -> open(List.of(place), found::add));
    return found.stream().findFirst();
  }

  /**
   * Those with some ids that are there, by their ids, in the order of these.
   *
   * @param ids {@code partition@offset} each
   */
  public Map<String, RefusedRecord> find(Collection<String> ids) {
    Map<LetterId, RefusedRecord> there = new HashMap<>();
    open(
        ids.stream().map(LetterId::parse).flatMap(Optional::stream).toList(),
        letter -> there.put(letter.refused().id(), letter.refused()));
    Map<String, RefusedRecord> found = new LinkedHashMap<>();
    for (String id : ids) {
      LetterId.parse(id).map(there::get).ifPresent(letter -> found.put(id, letter));
    }
    return found;
  }

  /**
   * Passes on what lies at some places, each once, in their order; places where no record lies, or
   * lies any more, are left out.
   */
  public void open(Collection<LetterId> places, Consumer<DeadLetter> each) {
    if (places.isEmpty()) {
      return;
    }
    Map<Integer, TreeSet<Long>> wanted = new TreeMap<>();
    for (LetterId place : places) {
      wanted.computeIfAbsent(place.partition(), none -> new TreeSet<>()).add(place.offset());
    }
    try (KafkaConsumer<byte[], byte @Nullable []> consumer = consumer()) {
      List<TopicPartition> there = partitions(consumer);
      wanted.forEach(
          (number, offsets) -> {
            TopicPartition partition = new TopicPartition(topics.deadLetters(), number);
            if (there.contains(partition)) {
              open(consumer, partition, offsets, each);
            }
          });
    }
  }

  private List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer) {
    List<TopicPartition> partitions = LastRecords.partitions(consumer, topics.deadLetters());
    if (partitions.isEmpty()) {
      throw new InvalidConfigException(
          "topic '" + topics.deadLetters() + "' (topics.dead-letters) does not exist");
    }
    return partitions;
  }

  private static void open(
      KafkaConsumer<byte[], byte @Nullable []> consumer,
      TopicPartition partition,
      TreeSet<Long> wanted,
      Consumer<DeadLetter> each) {
    List<TopicPartition> one = List.of(partition);
    consumer.assign(one);
    long position = consumer.beginningOffsets(one).getOrDefault(partition, 0L);
    long end = consumer.endOffsets(one).getOrDefault(partition, 0L);
    consumer.seek(partition, position);
    Long next = wanted.ceiling(position);
    while (next != null && next < end) {
      // Only where there is something to skip: a seek drops what has been fetched ahead.
      if (next > position) {
        consumer.seek(partition, next);
      }
      for (ConsumerRecord<byte[], byte @Nullable []> record :
          LastRecords.poll(consumer).records(partition)) {
        if (wanted.contains(record.offset())) {
          each.accept(DeadLetter.of(record));
        }
      }
      position = consumer.position(partition);
      next = wanted.ceiling(position);
    }
  }

  private KafkaConsumer<byte[], byte @Nullable []> consumer() {
    return new KafkaConsumer<>(
        ClientSettings.consumer(kafka, true),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** Why a record cannot be sent to where it came from, for people; empty where it can. */
  public Optional<String> whyNotReplayable(RefusedRecord record) {
    if (!List.of(topics.queries(), topics.passages(), topics.documents())
        .contains(record.topic())) {
      return Optional.of(
          "dead letter "
              + record.id()
              + " came from topic '"
              + record.topic()
              + "', which is none of the configured ones");
    }
    return record.whole()
        ? Optional.empty()
        : Optional.of(
            "dead letter " + record.id() + " was too large to be kept: it has no value any more");
  }

  /**
   * Sends records to where they came from, as they came, under their keys; returns when the cluster
   * has them all. They stay among the dead letters.
   *
   * @param replayed receives those that were still there, in the order in which they lie there, as
   *     soon as the cluster has them: where it goes away, those are sent
   * @throws KafkaException when the cluster refuses one or goes away
   */
  public void replay(Collection<RefusedRecord> records, Consumer<RefusedRecord> replayed) {
    Map<RefusedRecord, Future<RecordMetadata>> sent = new LinkedHashMap<>();
    try (KafkaProducer<byte[], byte @Nullable []> producer =
        new KafkaProducer<>(
            ClientSettings.producer(kafka), new ByteArraySerializer(), new ByteArraySerializer())) {
      try {
        open(
            records.stream().map(RefusedRecord::id).toList(),
            letter -> {
              sent.put(letter.refused(), producer.send(letter.again()));
              if (sent.size() == BATCH) {
                await(sent, replayed);
              }
            });
      } finally {
        await(sent, replayed);
      }
    }
  }

  private static void await(
      Map<RefusedRecord, Future<RecordMetadata>> sent, Consumer<RefusedRecord> replayed) {
    List<Throwable> failures = new ArrayList<>();
    sent.forEach(
        (record, future) -> {
          try {
            future.get();
            replayed.accept(record);
          } catch (InterruptedException e) {
            throw new InterruptException(e);
          } catch (ExecutionException e) {
            failures.add(Causes.of(e));
          }
        });
    sent.clear();
    if (!failures.isEmpty()) {
      throw new KafkaException("a record could not be sent", failures.get(0));
    }
  }
}

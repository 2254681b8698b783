package io.github.refragstreams.app.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.topology.DeadLetterHeaders;
import io.github.refragstreams.topology.TopicNames;
import io.github.refragstreams.topology.Topics;
import io.github.refragstreams.topology.TopologyConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Letters that transactions wrote: on partition 0 from the queries, with marks and one that was
 * taken back in between; on partition 1 from the passages, more than are sent at a time.
 */
class DeadLettersTest {
  private static final TopicNames TOPICS = TopicNames.defaults();
  private static final int MANY = 250;

  private static EmbeddedKafka kafka;
  private static DeadLetters letters;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start(0);
    Map<String, String> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
    letters = new DeadLetters(settings, TOPICS);
    try (TopicAdmin admin = new TopicAdmin(settings)) {
      admin.create(Topics.required(TopologyConfig.defaults().withPartitions(2)), Optional.empty());
    }
    try (Admin admin = Admin.create(Map.<String, Object>copyOf(settings))) {
      admin.createPartitions(Map.of(TOPICS.deadLetters(), NewPartitions.increaseTo(2))).all().get();
    }
    Map<String, Object> transactional = new HashMap<>(settings);
    transactional.put("transactional.id", "dead-letters-test");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(transactional, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, refused(0, TOPICS.queries(), "first", 3_000));
      producer.commitTransaction();
      producer.beginTransaction();
      send(producer, refused(0, TOPICS.queries(), "taken back", 9_000));
      producer.flush();
      producer.abortTransaction();
      producer.beginTransaction();
      send(producer, refused(0, TOPICS.queries(), "second", 1_000));
      for (int i = 0; i < MANY; i++) {
        send(producer, refused(1, TOPICS.passages(), "p" + i, 2_000));
      }
      producer.commitTransaction();
    }
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void readsAllThatAreCommitted() {
    // When
    List<String> keys = new ArrayList<>();
    letters.read(letter -> keys.add(String.valueOf(letter.key())));
    // Then
    assertThat(keys).hasSize(MANY + 2).contains("first", "second").doesNotContain("taken back");
  }

  @Test
  void knowsTheNewestOfAllPartitions() {
    assertThat(letters.newest(6))
        .extracting(RefusedRecord::key)
        .containsExactly("first", "p249", "p248", "p247", "p246", "p245");
    // The last two places of the first partition have one: behind it lies a mark.
    assertThat(letters.newest(2)).extracting(RefusedRecord::key).containsExactly("first", "p249");
    assertThat(letters.newest(1)).extracting(RefusedRecord::key).containsExactly("p249");
  }

  @Test
  void findsThoseThatAreThere() {
    // When: marks of transactions, what was taken back and places beyond the ends hold no record
    Map<String, RefusedRecord> found =
        letters.find(
            List.of("1@249", "0@0", "0@1", "0@2", "0@3", "0@4", "0@99", "7@0", "none", "1@3"));
    // Then
    assertThat(found).containsOnlyKeys("1@249", "0@0", "0@4", "1@3");
    assertThat(found.values())
        .extracting(RefusedRecord::key)
        .containsExactly("p249", "first", "second", "p3");
    assertThat(letters.find("0@4"))
        .hasValueSatisfying(
            letter -> assertThat(letter.record().value()).isEqualTo("second".getBytes(UTF_8)));
    assertThat(letters.find("0@1")).isEmpty();
    assertThat(letters.find("none")).isEmpty();
  }

  @Test
  void replaysAnyNumberInTheirOrder() {
    // Given
    List<RefusedRecord> chosen = new ArrayList<>();
    letters.read(
        letter -> {
          if (letter.topic().equals(TOPICS.passages())) {
            chosen.add(letter);
          }
        });
    // When
    List<RefusedRecord> replayed = new ArrayList<>();
    letters.replay(chosen, replayed::add);
    // Then
    assertThat(replayed).isEqualTo(chosen).hasSize(MANY);
    assertThat(values(TOPICS.passages()))
        .containsExactlyInAnyOrderElementsOf(replayed.stream().map(RefusedRecord::key).toList());
  }

  @Test
  void tellsWhatIsSentWhereOneIsNot() throws Exception {
    // Given: the second is larger than a request may be
    TopicNames topics =
        new TopicNames(
            TOPICS.queries(),
            TOPICS.passages(),
            TOPICS.documents(),
            TOPICS.answers(),
            TOPICS.answerTokens(),
            "some-too-large");
    Map<String, String> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (TopicAdmin admin = new TopicAdmin(settings)) {
      admin.create(Topics.required(TopologyConfig.defaults().withTopics(topics)), Optional.empty());
    }
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.copyOf(settings), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (String key : List.of("small", "l".repeat(200_000), "small too")) {
        ProducerRecord<byte[], byte[]> letter = refused(0, TOPICS.documents(), key, 0);
        producer
            .send(
                new ProducerRecord<>(
                    topics.deadLetters(), 0, letter.key(), letter.value(), letter.headers()))
            .get();
      }
    }
    Map<String, String> bounded = new HashMap<>(settings);
    bounded.put("producer.max.request.size", "100000");
    DeadLetters some = new DeadLetters(bounded, topics);
    List<RefusedRecord> chosen = new ArrayList<>();
    some.read(chosen::add);
    List<RefusedRecord> replayed = new ArrayList<>();
    // When, Then
    assertThatThrownBy(() -> some.replay(chosen, replayed::add))
        .isInstanceOf(KafkaException.class)
        .hasCauseInstanceOf(RecordTooLargeException.class);
    assertThat(replayed).extracting(RefusedRecord::key).containsExactly("small", "small too");
  }

  private static List<String> values(String topic) {
    Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions = LastRecords.partitions(consumer, topic);
      List<String> values = new ArrayList<>();
      LastRecords.read(consumer, partitions, Long.MAX_VALUE, record -> values.add(record.value()));
      return values;
    }
  }

  /** The end of its transaction waits for it. */
  private static void send(
      KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> letter) {
    var unused = producer.send(letter);
  }

  /** Its value is its key. */
  private static ProducerRecord<byte[], byte[]> refused(
      int partition, String topic, String key, long timestamp) {
    byte[] bytes = key.getBytes(UTF_8);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(TOPICS.deadLetters(), partition, timestamp, bytes, bytes);
    record.headers().add(DeadLetterHeaders.TOPIC, topic.getBytes(UTF_8));
    record.headers().add(DeadLetterHeaders.CODE, "OVERLOADED".getBytes(UTF_8));
    return record;
  }
}

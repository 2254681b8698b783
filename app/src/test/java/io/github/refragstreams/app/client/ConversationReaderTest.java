package io.github.refragstreams.app.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.retriever.Turn;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStats;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.serde.RegistryUnavailableException;
import io.github.refragstreams.topology.TopicNames;
import io.github.refragstreams.topology.TopicSpec;
import io.github.refragstreams.topology.Topics;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is read where not every record is what it should be. */
class ConversationReaderTest {
  /** Well-formed but for a schema that no registry has. */
  private static final byte[] UNKNOWN_SCHEMA = {0, 0x7f, 0x7f, 0x7f, 0x7f, 1, 2, 3};

  private static final Instant AT = Instant.ofEpochSecond(1);

  private static EmbeddedKafka kafka;
  private static AppConfig config;
  private static TopicNames topics;
  private static EventSerdes serdes;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(0);
    config = config("mock://conversation-reader-test");
    topics = config.topology().topics();
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.create(Topics.required(config.topology()), Optional.empty());
    }
    serdes = new EventSerdes(config.kafka());
  }

  @AfterAll
  static void stop() {
    serdes.close();
    kafka.close();
  }

  @Test
  void passesOverRecordsThatCannotBeRead() throws Exception {
    // Given
    Answer answer = answer("one", "talk");
    byte[] written = written(answer);
    try (KafkaProducer<String, byte[]> producer = producer()) {
      producer.send(new ProducerRecord<>(topics.queries(), "talk", query("one", "talk"))).get();
      for (byte[] bad : List.of(new byte[] {1, 2, 3}, UNKNOWN_SCHEMA, written)) {
        producer.send(new ProducerRecord<>(topics.queries(), "talk", bad)).get();
      }
      for (byte[] bad : List.of(new byte[0], UNKNOWN_SCHEMA)) {
        producer.send(new ProducerRecord<>(topics.answers(), "talk", bad)).get();
      }
      producer.send(new ProducerRecord<>(topics.answers(), "talk", written)).get();
    }
    // When
    try (ConversationReader reader = new ConversationReader(config.kafka(), topics, serdes)) {
      // Then
      assertThat(reader.turns("talk")).containsExactly(new Turn("asks one", "answers one"));
      assertThat(reader.answer("one")).contains(answer);
      assertThat(reader.answer("none")).isEmpty();
    }
  }

  @Test
  void aConversationIsReadWhereItsKeyBelongs() throws Exception {
    // Given: more partitions of queries than of answers, and records that lie elsewhere
    TopicNames own = partitioned("where.", 4, 3);
    List<String> conversations = IntStream.range(0, 12).mapToObj(i -> "talk " + i).toList();
    try (KafkaProducer<String, byte[]> producer = producer()) {
      for (String talk : conversations) {
        byte[] asks = query("of " + talk, talk);
        int partition =
            producer.send(new ProducerRecord<>(own.queries(), talk, asks)).get().partition();
        byte[] stray = query("stray", talk);
        int elsewhere = (partition + 1) % 4;
        producer.send(new ProducerRecord<>(own.queries(), elsewhere, talk, stray)).get();
        for (String id : List.of("of " + talk, "stray")) {
          byte[] answers = written(answer(id, talk));
          producer.send(new ProducerRecord<>(own.answers(), talk, answers)).get();
        }
      }
    }
    try (ConversationReader reader = new ConversationReader(config.kafka(), own, serdes)) {
      for (String talk : conversations) {
        // When, Then
        assertThat(reader.turns(talk))
            .containsExactly(new Turn("asks of " + talk, "answers of " + talk));
      }
    }
  }

  @Test
  void anAnswerIsFoundInAnyPartitionAndWithoutTheQueries() throws Exception {
    // Given
    TopicNames own = partitioned("any.", 1, 3);
    try (KafkaProducer<String, byte[]> producer = producer()) {
      for (int i = 0; i < 3; i++) {
        byte[] answer = written(answer("in " + i, "talk"));
        producer.send(new ProducerRecord<>(own.answers(), i, "talk", answer)).get();
      }
    }
    Map<String, String> impatient = new HashMap<>(config.kafka());
    impatient.put("default.api.timeout.ms", "5000");
    impatient.put("request.timeout.ms", "4000");
    try (ConversationReader reader = new ConversationReader(impatient, own, serdes);
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.deleteTopics(List.of(own.queries())).all().get();
      for (int i = 0; i < 3; i++) {
        // When, Then
        assertThat(reader.answer("in " + i)).contains(answer("in " + i, "talk"));
      }
    }
  }

  @Test
  void aRegistryThatIsAwayIsNotPassedOver() throws Exception {
    // Given
    try (KafkaProducer<String, byte[]> producer = producer()) {
      producer.send(new ProducerRecord<>(topics.queries(), "sure", query("two", "sure"))).get();
    }
    // When: nothing listens there
    Map<String, String> away = new HashMap<>(config("http://127.0.0.1:1").kafka());
    away.put("schema.registry.max.retries", "0");
    try (EventSerdes unreachable = new EventSerdes(away);
        ConversationReader reader = new ConversationReader(away, topics, unreachable)) {
      // Then
      assertThatThrownBy(() -> reader.turns("sure"))
          .isInstanceOf(RegistryUnavailableException.class);
    }
  }

  /** Topics of their own for a test. */
  private static TopicNames partitioned(String prefix, int queries, int answers) {
    TopicNames own =
        new TopicNames(
            prefix + topics.queries(),
            prefix + topics.passages(),
            prefix + topics.documents(),
            prefix + topics.answers(),
            prefix + topics.answerTokens(),
            prefix + topics.deadLetters());
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.create(
          List.of(
              new TopicSpec(own.queries(), "queries", queries, true, Map.of()),
              new TopicSpec(own.answers(), "answers", answers, false, Map.of())),
          Optional.empty());
    }
    return own;
  }

  private static AppConfig config(String registry) {
    return AppConfig.load(
        null,
        Map.of(),
        Map.of(
            "kafka.bootstrap.servers",
            kafka.bootstrapServers(),
            "kafka.schema.registry.url",
            registry,
            "topics.partitions",
            "1"));
  }

  private static KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(
        ClientSettings.producer(config.kafka()), new StringSerializer(), new ByteArraySerializer());
  }

  private static byte[] query(String id, String conversation) {
    Query query =
        Query.newBuilder()
            .setQueryId(id)
            .setConversationId(conversation)
            .setQuestion("asks " + id)
            .setExpectedPassages(0)
            .setOptions(QueryOptions.newBuilder().build())
            .setCreatedAt(AT)
            .build();
    return serdes.query().serializer().serialize(topics.queries(), query);
  }

  private static byte[] written(Answer answer) {
    return serdes.answer().serializer().serialize(topics.answers(), answer);
  }

  private static Answer answer(String id, String conversation) {
    AnswerStats stats = new AnswerStats();
    return Answer.newBuilder()
        .setQueryId(id)
        .setConversationId(conversation)
        .setGenerationId("g")
        .setText("answers " + id)
        .setStatus(AnswerStatus.NO_CONTEXT)
        .setStats(stats)
        .setModel("fake@1")
        .setAnsweredAt(AT)
        .build();
  }
}

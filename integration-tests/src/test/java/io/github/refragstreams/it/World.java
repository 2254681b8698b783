package io.github.refragstreams.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.TopicNames;
import io.github.refragstreams.topology.Topics;
import io.github.refragstreams.topology.TopologyConfig;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Topics, registry and clients of one test, on a broker that tests share. Two partitions. */
final class World implements AutoCloseable {
  static final int PARTITIONS = 2;

  final String id = "it-" + UUID.randomUUID();
  final String bootstrapServers;
  final TopologyConfig config;
  final String registry;
  final EventSerdes serdes;
  private final KafkaProducer<byte[], byte[]> producer;

  World(EmbeddedKafka kafka) {
    this(kafka, UnaryOperator.identity());
  }

  /**
   * @param change what is not as by default
   */
  World(EmbeddedKafka kafka, UnaryOperator<TopologyConfig> change) {
    this(kafka.bootstrapServers(), "mock://" + UUID.randomUUID(), change);
  }

  /**
   * @param registry URL of the schema registry
   */
  World(String bootstrapServers, String registry) {
    this(bootstrapServers, registry, UnaryOperator.identity());
  }

  private World(String bootstrapServers, String registry, UnaryOperator<TopologyConfig> change) {
    this.bootstrapServers = bootstrapServers;
    this.registry = registry;
    serdes = serdes();
    config = change.apply(config(id));
    try (TopicAdmin admin = new TopicAdmin(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.create(Topics.required(config), Optional.of((short) 1));
    }
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Serdes over the registry of this test; each process has its own. */
  EventSerdes serdes() {
    return new EventSerdes(Map.of(EventSerdeConfig.URL, registry));
  }

  /** The same for a process of its own, as variables. */
  Map<String, String> environment() {
    return Map.of(
        "REFRAG_KAFKA_BOOTSTRAP_SERVERS", bootstrapServers,
        "REFRAG_KAFKA_SCHEMA_REGISTRY_URL", registry,
        "REFRAG_STREAMS_APPLICATION_ID", id,
        "REFRAG_TOPICS_PARTITIONS", String.valueOf(PARTITIONS),
        "REFRAG_TOPICS_QUERIES", config.topics().queries(),
        "REFRAG_TOPICS_PASSAGES", config.topics().passages(),
        "REFRAG_TOPICS_DOCUMENTS", config.topics().documents(),
        "REFRAG_TOPICS_ANSWERS", config.topics().answers(),
        "REFRAG_TOPICS_ANSWER_TOKENS", config.topics().answerTokens(),
        "REFRAG_TOPICS_DEAD_LETTERS", config.topics().deadLetters());
  }

  private static TopologyConfig config(String id) {
    TopicNames topics =
        new TopicNames(
            id + ".queries",
            id + ".passages",
            id + ".documents",
            id + ".answers",
            id + ".answer-tokens",
            id + ".dead-letters");
    return TopologyConfig.defaults().withTopics(topics).withPartitions(PARTITIONS);
  }

  /** A query that waits for its passages as long as it may. */
  void ask(String queryId, String question, int expectedPassages) {
    ask(queryId, null, question, expectedPassages);
  }

  /** The same in a conversation. */
  void ask(String queryId, @Nullable String conversation, String question, int expectedPassages) {
    Query query =
        Query.newBuilder()
            .setQueryId(queryId)
            .setConversationId(conversation)
            .setQuestion(question)
            .setExpectedPassages(expectedPassages)
            .setDeadlineMs(config.limits().deadline().toMillis())
            .setOptionsBuilder(QueryOptions.newBuilder())
            .setCreatedAt(Instant.now())
            .build();
    String topic = config.topics().queries();
    String key = conversation == null ? queryId : conversation;
    send(topic, key, serdes.query().serializer().serialize(topic, query));
  }

  void retrieve(String queryId, String passageId, String text) {
    RetrievedPassage passage =
        RetrievedPassage.newBuilder()
            .setQueryId(queryId)
            .setPassageId(passageId)
            .setRank(0)
            .setText(text)
            .build();
    String topic = config.topics().passages();
    send(topic, queryId, serdes.passage().serializer().serialize(topic, passage));
  }

  /**
   * Waits until a query with one passage, sent now, is answered: the first answer, and the second
   * passage that the encoder has seen, so that the one sent before it is encoded too.
   */
  void awaitFence(Instance instance, Reader<String, Answer> answers) {
    retrieve("fence", "p", "fence");
    ask("fence", "fence", 1);
    flush();
    await()
        .atMost(Instance.PATIENCE)
        .untilAsserted(() -> assertThat(instance.models.encoder.passages()).isEqualTo(2));
    await().atMost(Instance.PATIENCE).untilAsserted(() -> assertThat(answers.values()).hasSize(1));
  }

  void send(String topic, String key, byte @Nullable [] value) {
    var unused = producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value));
  }

  void flush() {
    producer.flush();
  }

  /** Queries that the application has taken in, and committed. */
  long consumed() throws ExecutionException, InterruptedException {
    return consumed(config.topics().queries());
  }

  /** Records of a topic that the application has taken in, and committed. */
  long consumed(String topic) throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      return admin
          .listConsumerGroupOffsets(id)
          .partitionsToOffsetAndMetadata()
          .get()
          .entrySet()
          .stream()
          .filter(entry -> entry.getKey().topic().equals(topic))
          .mapToLong(entry -> entry.getValue().offset())
          .sum();
    }
  }

  Reader<String, Answer> answers() {
    return new Reader<>(
        bootstrapServers,
        config.topics().answers(),
        new StringDeserializer(),
        serdes.answer().deserializer());
  }

  Reader<String, AnswerToken> tokens() {
    return new Reader<>(
        bootstrapServers,
        config.topics().answerTokens(),
        new StringDeserializer(),
        serdes.answerToken().deserializer());
  }

  Reader<byte[], byte[]> deadLetters() {
    return new Reader<>(
        bootstrapServers,
        config.topics().deadLetters(),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  @Override
  public void close() {
    producer.close();
    serdes.close();
  }
}

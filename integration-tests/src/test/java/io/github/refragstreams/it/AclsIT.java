package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.acls.Grants;
import io.github.refragstreams.app.acls.Role;
import io.github.refragstreams.app.client.AnswerListener;
import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.client.ConversationReader;
import io.github.refragstreams.app.client.DeadLetters;
import io.github.refragstreams.app.client.EventDecoder;
import io.github.refragstreams.app.client.QueryEvents;
import io.github.refragstreams.app.client.RagClient;
import io.github.refragstreams.app.client.RefusedRecord;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.retriever.Hit;
import io.github.refragstreams.app.service.Topologies;
import io.github.refragstreams.app.topics.ApplicationReset;
import io.github.refragstreams.app.topics.Remains;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.topology.GroupProtocol;
import io.github.refragstreams.topology.TopicNames;
import io.github.refragstreams.topology.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code refrag acls} prints suffices, and nothing of it is too much: on a broker that denies
 * everything else.
 */
@Execution(ExecutionMode.CONCURRENT)
class AclsIT {
  private static final byte[] NO_EVENT = {1, 2, 3};

  @TempDir private static Path folder;
  private static GuardedKafka guarded;

  @BeforeAll
  static void start() throws IOException {
    guarded = new GuardedKafka(folder);
  }

  @AfterAll
  static void stop() {
    guarded.close();
  }

  /**
   * "All of its rights": each allowed something that the others would not have allowed, by the
   * broker's own authorizer.
   */
  @ParameterizedTest
  @EnumSource(GroupProtocol.class)
  void theApplicationNeedsAllOfItsRightsAndNoMore(GroupProtocol protocol) {
    try (World world = new World(guarded.kafka);
        Reader<String, Answer> answers = world.answers()) {
      // Given
      String user = guarded.user();
      List<AclBinding> rights = rights(world, Role.APPLICATION, user);
      guarded.grant(rights);
      // When: it looks at the topics, answers, loses its state, and goes on
      checkForApplication(world, user);
      try (Instance first = instance(world, protocol, user).startAndWait()) {
        ask(world);
        await().atMost(Instance.PATIENCE).until(() -> answers.values().size() == 1);
      }
      try (Instance second = instance(world, protocol, user).startAndWait()) {
        world.ask("q2", "c", "second", 0);
        world.flush();
        await().atMost(Instance.PATIENCE).until(() -> answers.values().size() == 2);
        // Then
        await()
            .atMost(Instance.PATIENCE)
            .untilAsserted(() -> assertThat(Spare.of(rights, user)).isEmpty());
      }
      assertThat(RecordingAuthorizer.denied(user)).isEmpty();
    }
  }

  /** One of each kind, since all of them would take minutes. */
  static Stream<Right> thatStopTheApplication() {
    return Stream.of(
        Right.topic("queries", AclOperation.READ),
        Right.topic("passages", AclOperation.READ),
        Right.topic("documents", AclOperation.READ),
        Right.topic("answers", AclOperation.WRITE),
        Right.topic("answer-tokens", AclOperation.WRITE),
        Right.topic("dead-letters", AclOperation.WRITE),
        Right.topic("encode-by-text-repartition", AclOperation.READ),
        Right.topic("encode-by-text-repartition", AclOperation.WRITE),
        Right.topic("encode-by-text-repartition", AclOperation.CREATE),
        Right.topic("requests-changelog", AclOperation.WRITE),
        Right.topic("requests-changelog", AclOperation.CREATE),
        new Right(ResourceType.GROUP, "", AclOperation.READ),
        new Right(ResourceType.TRANSACTIONAL_ID, "", AclOperation.WRITE));
  }

  @ParameterizedTest
  @MethodSource("thatStopTheApplication")
  void theApplicationIsStoppedByAMissingRight(Right missing) {
    try (World world = new World(guarded.kafka)) {
      // Given
      String user = guarded.user();
      guarded.grant(missing.takenFrom(rights(world, Role.APPLICATION, user)));
      ask(world);
      // When
      try (Instance instance = instance(world, GroupProtocol.CLASSIC, user).start()) {
        // Then
        await().atMost(Instance.PATIENCE).until(() -> missing.isDenied(user));
        await().atMost(Instance.PATIENCE).until(() -> instance.state() == State.ERROR);
      }
    }
  }

  /** A cluster may keep settings to itself: the check is worth less then, and no reason to stop. */
  @Test
  void theApplicationStartsWhereItMayNotReadTheTopicsSettings() {
    try (World world = new World(guarded.kafka)) {
      // Given
      String user = guarded.user();
      Right missing = Right.topic("dead-letters", AclOperation.DESCRIBE_CONFIGS);
      guarded.grant(missing.takenFrom(rights(world, Role.APPLICATION, user)));
      // When
      checkForApplication(world, user);
      // Then
      assertThat(missing.isDenied(user)).isTrue();
    }
  }

  /** A right that only an instance without state of its own makes use of. */
  @Test
  void theApplicationIsStoppedByAChangelogThatItMayNotRead() {
    try (World world = new World(guarded.kafka);
        Reader<String, Answer> answers = world.answers()) {
      // Given
      try (Instance before = new Instance(world, GroupProtocol.CLASSIC).startAndWait()) {
        ask(world);
        await().atMost(Instance.PATIENCE).until(() -> answers.values().size() == 1);
        assertThat(before.models.encoder.passages()).isEqualTo(1);
      }
      String user = guarded.user();
      Right missing = Right.topic("requests-changelog", AclOperation.READ);
      guarded.grant(missing.takenFrom(rights(world, Role.APPLICATION, user)));
      // When
      try (Instance instance = instance(world, GroupProtocol.CLASSIC, user).start()) {
        // Then
        await().atMost(Instance.PATIENCE).until(() -> missing.isDenied(user));
        await().atMost(Instance.PATIENCE).until(() -> instance.state() == State.ERROR);
      }
    }
  }

  /** What it has read stays where it is until the broker deletes it. */
  @Test
  void theApplicationGoesOnWhereItMayNotDeleteWhatItHasRead() {
    try (World world = new World(guarded.kafka);
        Reader<String, Answer> answers = world.answers()) {
      // Given
      String user = guarded.user();
      Right missing = Right.topic("encode-by-text-repartition", AclOperation.DELETE);
      guarded.grant(missing.takenFrom(rights(world, Role.APPLICATION, user)));
      // When
      try (Instance instance = instance(world, GroupProtocol.CLASSIC, user).start()) {
        ask(world);
        await().atMost(Instance.PATIENCE).until(() -> missing.isDenied(user));
        world.ask("q2", "c", "second", 0);
        world.flush();
        // Then
        await().atMost(Instance.PATIENCE).until(() -> answers.values().size() == 2);
        assertThat(instance.state()).isEqualTo(State.RUNNING);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Role.class,
      names = {"CLIENT", "CONSOLE", "RETRIEVER", "OPERATOR", "SCALER"})
  void othersNeedAllOfTheirRightsAndNoMore(Role role) {
    try (World world = new World(guarded.kafka);
        Instance instance = new Instance(world, GroupProtocol.CLASSIC).startAndWait()) {
      // Given
      String user = guarded.user();
      List<AclBinding> rights = rights(world, role, user);
      guarded.grant(rights);
      // When
      work(role, world, user);
      // Then
      assertThat(Spare.of(rights, user)).isEmpty();
      assertThat(RecordingAuthorizer.denied(user)).isEmpty();
      for (AclBinding right : rights) {
        // Given
        String lesser = guarded.user();
        Right missing = Right.of(right);
        guarded.grant(missing.takenFrom(rights(world, role, lesser)));
        // When, Then
        assertThatThrownBy(() -> work(role, world, lesser))
            .as("without %s", missing)
            .hasStackTraceContaining("AuthorizationException");
        assertThat(missing.isDenied(lesser)).as("without %s", missing).isTrue();
      }
    }
  }

  /** Its rights to delete are for what the application has made. */
  @ParameterizedTest
  @EnumSource(GroupProtocol.class)
  void theAdministratorNeedsAllOfItsRightsAndNoMore(GroupProtocol protocol) {
    try (World world = new World(guarded.kafka);
        Reader<String, Answer> answers = world.answers()) {
      // Given
      try (Instance instance = new Instance(world, protocol).startAndWait()) {
        ask(world);
        await().atMost(Instance.PATIENCE).until(() -> answers.values().size() == 1);
        assertThat(instance.models.encoder.passages()).isEqualTo(1);
      }
      String user = guarded.user();
      List<AclBinding> rights = rights(world, Role.ADMIN, user);
      guarded.grant(rights);
      Map<String, String> settings = guarded.settings(user);
      // When
      try (TopicAdmin admin = new TopicAdmin(settings);
          ApplicationReset reset = new ApplicationReset(config(world, settings))) {
        admin.create(Topics.required(world.config), Optional.empty());
        admin.checkForApplication(world.config);
        Remains remains = reset.find();
        assertThat(remains.topics()).hasSize(9);
        assertThat(remains.group()).isPresent();
        reset.delete(remains);
        assertThat(reset.find().isEmpty()).isTrue();
      }
      // Then
      assertThat(Spare.of(rights, user)).isEmpty();
      assertThat(RecordingAuthorizer.denied(user)).isEmpty();
    }
  }

  private static void work(Role role, World world, String user) {
    switch (role) {
      case CLIENT -> ask(world, guarded.settings(user));
      case CONSOLE -> look(world, guarded.settings(user));
      case RETRIEVER -> retrieve(world, guarded.settings(user));
      case OPERATOR -> replay(world, guarded.settings(user));
      case SCALER -> lag(world, guarded.settings(user));
      default -> throw new IllegalArgumentException(role.name());
    }
  }

  /** A question of a conversation with a passage, and a record that is none. */
  private static void ask(World world) {
    world.ask("q1", "c", "first", 1);
    world.retrieve("q1", "p", "c");
    world.send(world.config.topics().documents(), "d", NO_EVENT);
    world.flush();
  }

  /** What {@code refrag ask --conversation} and {@code POST /v1/documents} do. */
  private static void ask(World world, Map<String, String> settings) {
    TopicNames topics = world.config.topics();
    try (TopicAdmin admin = new TopicAdmin(settings)) {
      admin.check(world.config);
    }
    try (RagClient client = new RagClient(settings, topics, world.serdes, true);
        ConversationReader conversations = new ConversationReader(settings, topics, world.serdes)) {
      conversations.turns("c");
      Hit hit = new Hit(new Passage("p", null, "text"), 0, 1);
      client.ask(
          AskedQuestion.of("why?", "c", QueryOptions.newBuilder().build(), List.of(hit)),
          AnswerListener.SILENT,
          Instance.PATIENCE);
      client.publish(new Document("d", null, "text")).join();
    }
  }

  /** What {@code refrag console} does besides. */
  private static void look(World world, Map<String, String> settings) {
    ask(world, settings);
    TopicNames topics = world.config.topics();
    EventDecoder decoder = new EventDecoder(topics, world.serdes);
    assertThat(new QueryEvents(settings, topics, decoder).recent(1)).hasSize(1);
    assertThat(new QueryEvents(settings, topics, decoder).of("nobody")).isEmpty();
  }

  /** What a retriever does, of which this project is only one. */
  private static void retrieve(World world, Map<String, String> settings) {
    world.ask("q1", "first", 0);
    world.flush();
    Map<String, Object> all = new HashMap<>(settings);
    all.put("group.id", world.id + "-retriever");
    all.put("auto.offset.reset", "earliest");
    try (KafkaConsumer<byte[], byte[]> queries =
            new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        KafkaProducer<byte[], byte[]> passages =
            new KafkaProducer<>(
                new HashMap<>(settings), new ByteArraySerializer(), new ByteArraySerializer())) {
      queries.subscribe(List.of(world.config.topics().queries()));
      await()
          .atMost(Instance.PATIENCE)
          .until(() -> !queries.poll(Duration.ofMillis(100)).isEmpty());
      passages.send(new ProducerRecord<>(world.config.topics().passages(), NO_EVENT)).get();
      queries.commitSync();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What {@code refrag dead-letters replay} does, with a record of each topic. */
  private static void replay(World world, Map<String, String> settings) {
    TopicNames topics = world.config.topics();
    List<String> inputs = List.of(topics.queries(), topics.passages(), topics.documents());
    inputs.forEach(topic -> world.send(topic, "k", NO_EVENT));
    world.flush();
    try (Reader<byte[], byte[]> refused = world.deadLetters()) {
      await().atMost(Instance.PATIENCE).until(() -> refused.values().size() >= inputs.size());
    }
    DeadLetters letters = new DeadLetters(settings, topics);
    List<RefusedRecord> all = new ArrayList<>();
    letters.read(all::add);
    letters.replay(all, record -> {});
  }

  /** What KEDA's scaler asks for: partitions, what the group has committed of them, their ends. */
  private static void lag(World world, Map<String, String> settings) {
    String topic = world.config.topics().queries();
    try (Admin admin = Admin.create(new HashMap<>(settings))) {
      Map<TopicPartition, OffsetSpec> ends =
          admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
              .flatMap(description -> description.partitions().stream())
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
      admin.listConsumerGroupOffsets(world.id).all().get();
      assertThat(admin.listOffsets(ends).all().get()).hasSameSizeAs(ends);
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What {@code refrag run} does first. */
  private static void checkForApplication(World world, String user) {
    try (TopicAdmin admin = new TopicAdmin(guarded.settings(user))) {
      admin.checkForApplication(world.config);
    }
  }

  private static Instance instance(World world, GroupProtocol protocol, String user) {
    Map<String, String> settings = new HashMap<>(guarded.settings(user));
    // With each commit: an instance is closed once its answer is seen.
    settings.put("repartition.purge.interval.ms", "1");
    return new Instance(world, protocol, new SumEncoder(1, 0), settings);
  }

  private static List<AclBinding> rights(World world, Role role, String user) {
    AppConfig config = config(world, Map.of());
    return Grants.of(config, Topologies.describe(config)).of(role, world.id + "-retriever").stream()
        .flatMap(grant -> grant.bindings(user).stream())
        .toList();
  }

  /** The configuration whose topics and application are those of {@code world}. */
  private static AppConfig config(World world, Map<String, String> kafka) {
    TopicNames topics = world.config.topics();
    Map<String, String> settings = new HashMap<>();
    kafka.forEach((key, value) -> settings.put("kafka." + key, value));
    settings.put("kafka.state.dir", folder.resolve("state").toString());
    settings.put("streams.application-id", world.id);
    settings.put("topics.queries", topics.queries());
    settings.put("topics.passages", topics.passages());
    settings.put("topics.documents", topics.documents());
    settings.put("topics.answers", topics.answers());
    settings.put("topics.answer-tokens", topics.answerTokens());
    settings.put("topics.dead-letters", topics.deadLetters());
    return AppConfig.load(null, Map.of(), settings);
  }
}

package io.github.refragstreams.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.test.Schedule;
import io.github.refragstreams.topology.internal.encode.HotVectors;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.Origin;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the harness checks with processes, here with tasks that end at any point between two of
 * their steps, commits and steps of the models: the seed decides on everything.
 */
class CrashScheduleTest {
  private static final int TIMES = 150;
  private static final int QUERIES = 8;
  private static final int TEXTS = 4;

  @Property(tries = 15)
  void answersEachQueryOnceWhateverEndsWhen(@ForAll long seed) {
    try (Cluster cluster = new Cluster(seed)) {
      // When
      cluster.run();
      // Then
      assertEachQueryIsAnsweredOnce(cluster);
      assertTokensAreTheAnswersWithoutGap(cluster);
      assertConversationsKeepTheirOrder(cluster);
      assertNothingStaysBehindAndEachTextIsCachedOnce(cluster);
    }
  }

  private static void assertEachQueryIsAnsweredOnce(Cluster cluster) {
    assertThat(cluster.answers)
        .extracting(Answer::getQueryId)
        .containsExactlyInAnyOrderElementsOf(cluster.asked.keySet());
    assertThat(cluster.answers)
        .allSatisfy(
            answer -> {
              Query query = cluster.query(answer);
              assertThat(answer.getText()).isEqualTo("answer to " + query.getQuestion());
              assertThat(answer.getStats().getPassages()).isEqualTo(query.getExpectedPassages());
              assertThat(answer.getStatus())
                  .isEqualTo(
                      query.getExpectedPassages() == 0
                          ? AnswerStatus.NO_CONTEXT
                          : AnswerStatus.COMPLETE);
            });
    assertThat(cluster.refused).isZero();
  }

  private static void assertTokensAreTheAnswersWithoutGap(Cluster cluster) {
    assertThat(cluster.answers)
        .isNotEmpty()
        .allSatisfy(
            answer -> {
              List<AnswerToken> all =
                  cluster.tokens.stream()
                      .filter(token -> token.getQueryId().equals(answer.getQueryId()))
                      .toList();
              assertThat(all)
                  .allMatch(
                      token -> token.getGenerationId().compareTo(answer.getGenerationId()) <= 0);
              List<AnswerToken> won =
                  all.stream()
                      .filter(token -> token.getGenerationId().equals(answer.getGenerationId()))
                      .toList();
              assertThat(won)
                  .extracting(AnswerToken::getIndex)
                  .containsExactlyElementsOf(IntStream.range(0, won.size()).boxed().toList());
              assertThat(won.stream().map(AnswerToken::getText).collect(Collectors.joining()))
                  .isEqualTo(answer.getText());
              assertThat(won.get(won.size() - 1).getLast()).isTrue();
            });
  }

  private static void assertConversationsKeepTheirOrder(Cluster cluster) {
    List<String> asked =
        cluster.asked.values().stream()
            .filter(query -> query.getConversationId() != null)
            .map(Query::getQueryId)
            .toList();
    assertThat(
            cluster.answers.stream()
                .filter(answer -> cluster.query(answer).getConversationId() != null)
                .map(Answer::getQueryId))
        .containsExactlyElementsOf(asked);
  }

  private static void assertNothingStaysBehindAndEachTextIsCachedOnce(Cluster cluster) {
    assertThat(cluster.answering.size(TopologyNames.REQUESTS)).isZero();
    assertThat(cluster.answering.size(TopologyNames.REQUEST_PASSAGES)).isZero();
    assertThat(cluster.encoding.size(TopologyNames.ENCODE_PENDING)).isZero();
    assertThat(cluster.encoding.size(TopologyNames.CHUNK_EMBEDDINGS))
        .isEqualTo(cluster.texts.size());
    assertThat(cluster.encoding.size(TopologyNames.CHUNK_EMBEDDINGS_USE))
        .isEqualTo(cluster.texts.size());
  }

  /** Two tasks, what clients send to them, and all that is committed. */
  private static final class Cluster implements AutoCloseable {
    final Map<String, Query> asked = new LinkedHashMap<>();
    final Set<String> texts = new HashSet<>();
    final List<Answer> answers = new ArrayList<>();
    final List<AnswerToken> tokens = new ArrayList<>();
    int refused;

    final CrashingTask<byte[], Incoming, byte[], Incoming> encoding;
    final CrashingTask<byte[], @Nullable Incoming, Void, Void> answering;
    private final TopologyConfig config = TopologyFixture.testConfig();
    private final EventSerdes serdes =
        new EventSerdes(Map.of(EventSerdeConfig.URL, "mock://crash-schedule"));
    private final TemporaryFolder encodingState = new TemporaryFolder("refrag-crash-");
    private final TemporaryFolder answeringState = new TemporaryFolder("refrag-crash-");
    private final Schedule schedule;
    private final Random random;
    private final Fakes fakes = new Fakes();
    private HotVectors hot;
    private int offset;

    Cluster(long seed) {
      schedule = new Schedule(seed);
      random = schedule.random();
      hot = new HotVectors(config.cache().hotBytes());
      fakes.encoder().hold();
      fakes.decoder().hold();
      encoding = Tasks.encoding(config, fakes, serdes, () -> hot, encodingState);
      answering = Tasks.answering(config, fakes, serdes, answeringState);
      schedule
          .turn(3, this::ask)
          .turn(1, this::askAgain)
          .turn(6, encoding::read)
          .turn(6, answering::read)
          .turn(4, encoding::tick)
          .turn(4, answering::tick)
          .turn(2, this::commitEncoding)
          .turn(2, this::commitAnswering)
          .turn(2, this::crashEncoding)
          .turn(2, this::crashAnswering)
          .turn(1, this::moveBoth)
          .turn(3, this::encodeOne)
          .turn(6, this::decodeOne)
          .turn(1, () -> fakes.decoder().failNext(Kind.TRANSIENT));
    }

    void run() {
      ask();
      schedule.run(TIMES);
      while (asked.size() < QUERIES) {
        ask();
      }
      // Now everything goes well, for as long as there is something to do.
      fakes.encoder().release();
      fakes.decoder().release();
      for (int i = 0; i < TIMES && !isDone(); i++) {
        goOn();
      }
      // Whatever would be answered twice comes now.
      for (int i = 0; i < 10; i++) {
        goOn();
      }
    }

    private void goOn() {
      encoding.read();
      encoding.tick();
      commitEncoding();
      answering.read();
      answering.tick();
      commitAnswering();
    }

    private boolean isDone() {
      return encoding.hasRead() && answering.hasRead() && answers.size() >= asked.size();
    }

    Query query(Answer answer) {
      return requireNonNull(asked.get(answer.getQueryId()));
    }

    private void ask() {
      if (asked.size() == QUERIES) {
        return;
      }
      String id = "q" + asked.size();
      String conversation = random.nextInt(3) == 0 ? "talk" : null;
      int passages = random.nextInt(3);
      Query query =
          Samples.query(id)
              .setConversationId(conversation)
              .setExpectedPassages(passages)
              .setDeadlineMs(config.limits().deadline().toMillis())
              .build();
      asked.put(id, query);
      byte[] key = (conversation == null ? id : conversation).getBytes(UTF_8);
      boolean queryFirst = random.nextBoolean();
      if (queryFirst) {
        send(query);
      }
      for (int i = 0; i < passages; i++) {
        String text = "text " + random.nextInt(TEXTS);
        texts.add(text);
        send(
            key,
            Samples.passage(id, "p" + i).setConversationId(conversation).setText(text).build());
      }
      if (!queryFirst) {
        send(query);
      }
    }

    /** As clients do that do not know whether they have been heard. */
    private void askAgain() {
      List<Query> all = List.copyOf(asked.values());
      send(all.get(random.nextInt(all.size())));
    }

    private void send(Query query) {
      String conversation = query.getConversationId();
      byte[] key = (conversation == null ? query.getQueryId() : conversation).getBytes(UTF_8);
      byte[] value = serdes.query().serializer().serialize(Tasks.QUERY_TOPIC, query);
      answering.send(
          Tasks.QUERY_TOPIC, new TestRecord<>(key, value, new RecordHeaders(), Samples.NOW));
    }

    /** As it comes from the intake. */
    private void send(byte[] key, RetrievedPassage passage) {
      String topic = config.topics().passages();
      byte[] value = serdes.passage().serializer().serialize(topic, passage);
      Origin origin =
          new Origin(
              topic, 0, offset++, Samples.NOW.toEpochMilli(), key, null, new RecordHeaders());
      encoding.send(
          Tasks.PASSAGE_TOPIC,
          new TestRecord<>(
              passage.getText().getBytes(UTF_8), value, origin.carried(), Samples.NOW));
    }

    /** Only what is committed goes on. */
    private void commitEncoding() {
      CrashingTask.Written written = encoding.commit();
      written.to(Tasks.ENCODED).forEach(record -> answering.send(Tasks.ENCODED, record));
      refused += written.to(Tasks.DEAD_LETTERS).size();
    }

    private void commitAnswering() {
      CrashingTask.Written written = answering.commit();
      written
          .to(Tasks.ANSWERS)
          .forEach(
              record ->
                  answers.add(
                      serdes.answer().deserializer().deserialize(Tasks.ANSWERS, record.value())));
      written
          .to(Tasks.TOKENS)
          .forEach(
              record ->
                  tokens.add(
                      serdes
                          .answerToken()
                          .deserializer()
                          .deserialize(Tasks.TOKENS, record.value())));
      refused += written.to(Tasks.DEAD_LETTERS).size();
    }

    /** Where only the task ends, the process goes on with the vectors that it has in use. */
    private void crashEncoding() {
      CrashingTask.End end = end();
      encoding.crash(end);
      if (end == CrashingTask.End.KILLED) {
        hot = new HotVectors(config.cache().hotBytes());
      }
    }

    private void crashAnswering() {
      answering.crash(end());
    }

    private CrashingTask.End end() {
      return CrashingTask.End.values()[random.nextInt(CrashingTask.End.values().length)];
    }

    /** What a rebalance does to tasks whose thread is well. */
    private void moveBoth() {
      commitEncoding();
      commitAnswering();
      encoding.crash(CrashingTask.End.CLOSED);
      answering.crash(CrashingTask.End.CLOSED);
    }

    private void encodeOne() {
      fakes.encoder().releaseOne();
    }

    /** One step of one generation, perhaps of one that nobody waits for any more. */
    private void decodeOne() {
      List<FakeDecoder.Running> running =
          fakes.decoder().running().stream().filter(one -> !one.isOver()).toList();
      if (!running.isEmpty()) {
        running.get(random.nextInt(running.size())).step();
      }
    }

    @Override
    public void close() {
      encoding.close();
      answering.close();
      serdes.close();
      encodingState.close();
      answeringState.close();
    }
  }
}

package io.github.refragstreams.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.examples.RetrieverExample;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.topology.GroupProtocol;
import io.github.refragstreams.topology.TopicNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example that people begin with, beside the topology. */
@ExtendWith(SharedBroker.class)
class RetrieverExampleIT {
  private static final Path ROOT = Path.of(System.getProperty("refrag.root"));

  private final EmbeddedKafka kafka;

  RetrieverExampleIT(EmbeddedKafka kafka) {
    this.kafka = kafka;
  }

  @Test
  void itsPassagesReachTheAnswersOfThoseWhoBringNone() throws InterruptedException {
    ExecutorService retriever = Executors.newSingleThreadExecutor();
    try (World world = new World(kafka);
        Reader<String, Answer> answers = world.answers();
        Instance instance = new Instance(world, GroupProtocol.CLASSIC).startAndWait()) {
      // Given
      Future<?> running = retriever.submit(() -> retrieve(world));
      // When
      ask(world, "brings-one", null, 1);
      world.retrieve("brings-one", "own", "A passage of its own.");
      ask(world, "brings-none", null, null);
      world.flush();
      // Then
      await()
          .atMost(Instance.PATIENCE)
          .failFast(() -> assertThat(running).isNotDone())
          .untilAsserted(() -> assertThat(answers.values()).hasSize(2));
      assertThat(instance.models.decoder.started()).hasSize(2);
      assertThat(answers.values())
          .allSatisfy(
              answer -> {
                boolean brought = answer.getQueryId().equals("brings-one");
                assertThat(answer.getStatus()).isEqualTo(AnswerStatus.COMPLETE);
                assertThat(answer.getStats().getPassages()).isEqualTo(brought ? 1 : 2);
              });
    } finally {
      retriever.shutdownNow();
      assertThat(retriever.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  @Test
  void itsPassagesReachTheConversationsOfTheirQueriesAndWhatIsNoQueryStopsNothing()
      throws InterruptedException {
    ExecutorService retriever = Executors.newSingleThreadExecutor();
    try (World world = new World(kafka);
        Reader<String, Answer> answers = world.answers();
        Instance instance = new Instance(world, GroupProtocol.CLASSIC).startAndWait()) {
      // Given: a conversation on another partition than its query would be by itself
      String queryId =
          Stream.of("q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7")
              .filter(id -> partition(id) != partition("talk"))
              .findFirst()
              .orElseThrow();
      Future<?> running = retriever.submit(() -> retrieve(world));
      // When
      world.send(world.config.topics().queries(), "talk", new byte[] {1, 2, 3});
      ask(world, queryId, "talk", null);
      world.flush();
      // Then
      await()
          .atMost(Instance.PATIENCE)
          .failFast(() -> assertThat(running).isNotDone())
          .untilAsserted(() -> assertThat(answers.values()).hasSize(1));
      assertThat(instance.models.decoder.started()).hasSize(1);
      assertThat(answers.values())
          .allSatisfy(
              answer -> {
                assertThat(answer.getStatus()).isEqualTo(AnswerStatus.COMPLETE);
                assertThat(answer.getStats().getPassages()).isEqualTo(2);
              });
    } finally {
      retriever.shutdownNow();
      assertThat(retriever.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "examples/src/main/java/io/github/refragstreams/examples/RetrieverExample.java",
        "examples/src/main/python/retriever.py"
      })
  void theGuideShowsIt(String file) throws IOException {
    String guide = Files.readString(ROOT.resolve("docs").resolve("retrievers.md"));
    assertThat(guide).contains(Files.readString(ROOT.resolve(file)).strip());
  }

  /** Until it is interrupted. */
  private static Void retrieve(World world) throws InterruptedException, ExecutionException {
    TopicNames topics = world.config.topics();
    RetrieverExample.main(
        new String[] {world.bootstrapServers, world.registry, topics.queries(), topics.passages()});
    throw new AssertionError("the retriever ended by itself");
  }

  private static int partition(String key) {
    return Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % World.PARTITIONS;
  }

  private static void ask(
      World world,
      String queryId,
      @Nullable String conversation,
      @Nullable Integer expectedPassages) {
    Query query =
        Query.newBuilder()
            .setQueryId(queryId)
            .setConversationId(conversation)
            .setQuestion("What is the capital of Mongolia?")
            .setExpectedPassages(expectedPassages)
            .setDeadlineMs(world.config.limits().deadline().toMillis())
            .setOptionsBuilder(QueryOptions.newBuilder())
            .setCreatedAt(Instant.now())
            .build();
    String topic = world.config.topics().queries();
    String key = conversation == null ? queryId : conversation;
    world.send(topic, key, world.serdes.query().serializer().serialize(topic, query));
  }
}

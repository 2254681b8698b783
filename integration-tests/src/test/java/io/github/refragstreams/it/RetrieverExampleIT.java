package io.github.refragstreams.it;

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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
      TopicNames topics = world.config.topics();
      Future<?> running =
          retriever.submit(
              () -> {
                RetrieverExample.main(
                    new String[] {
                      world.bootstrapServers, world.registry, topics.queries(), topics.passages()
                    });
                return null;
              });
      // When
      ask(world, "brings-one", 1);
      world.retrieve("brings-one", "own", "A passage of its own.");
      ask(world, "brings-none", null);
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

  private static void ask(World world, String queryId, @Nullable Integer expectedPassages) {
    Query query =
        Query.newBuilder()
            .setQueryId(queryId)
            .setQuestion("What is the capital of Mongolia?")
            .setExpectedPassages(expectedPassages)
            .setDeadlineMs(world.config.limits().deadline().toMillis())
            .setOptionsBuilder(QueryOptions.newBuilder())
            .setCreatedAt(Instant.now())
            .build();
    String topic = world.config.topics().queries();
    world.send(topic, queryId, world.serdes.query().serializer().serialize(topic, query));
  }
}

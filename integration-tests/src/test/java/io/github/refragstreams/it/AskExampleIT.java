package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.examples.AskExample;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.topology.GroupProtocol;
import io.github.refragstreams.topology.TopicNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client that people begin with, beside the topology. */
@ExtendWith(SharedBroker.class)
class AskExampleIT {
  private static final Path ROOT = Path.of(System.getProperty("refrag.root"));

  private final EmbeddedKafka kafka;

  AskExampleIT(EmbeddedKafka kafka) {
    this.kafka = kafka;
  }

  @Test
  void itsQuestionIsAnsweredFromItsPassages() throws InterruptedException, ExecutionException {
    try (World world = new World(kafka);
        Instance instance = new Instance(world, GroupProtocol.CLASSIC).startAndWait()) {
      // Given
      TopicNames topics = world.config.topics();
      AskExample client =
          new AskExample(
              Map.of(
                  "bootstrap.servers", world.bootstrapServers,
                  "schema.registry.url", world.registry,
                  "isolation.level", "read_committed"));
      // When
      var answer =
          client.ask(
              "Which river is it?",
              topics.queries(),
              topics.passages(),
              topics.answers(),
              Instance.PATIENCE);
      // Then
      assertThat(answer)
          .hasValueSatisfying(
              given -> {
                assertThat(given.getText()).isEqualTo("Which river is it?");
                assertThat(given.getStatus()).isEqualTo(AnswerStatus.COMPLETE);
                assertThat(given.getStats().getPassages()).isEqualTo(2);
              });
      assertThat(instance.models.decoder.started()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "examples/src/main/java/io/github/refragstreams/examples/AskExample.java",
        "examples/src/main/python/ask.py"
      })
  void theGuideShowsIt(String file) throws IOException {
    String guide = Files.readString(ROOT.resolve("docs").resolve("connect-your-pipeline.md"));
    assertThat(guide).contains(Files.readString(ROOT.resolve(file)).strip());
  }
}

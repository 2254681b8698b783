package io.github.refragstreams.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.topology.GroupProtocol;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The dead letter of a record that cannot be read, and the record's offset, are of one transaction.
 * Where a source node reads, Kafka Streams sends the former when the record comes to the head of
 * its queue and commits the latter when its turn has come: a crash in between doubles the former.
 */
@ExtendWith(SharedBroker.class)
class UnreadableIT {
  private static final String KEY = "key";

  private final EmbeddedKafka kafka;

  UnreadableIT(EmbeddedKafka kafka) {
    this.kafka = kafka;
  }

  @Test
  void commitsADeadLetterWithTheOffsetOfItsRecord() throws Exception {
    // Given: a task that takes nothing until it has passages and documents
    Map<String, String> patient = Map.of(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, "3600000");
    try (World world = new World(kafka);
        Reader<byte[], byte[]> deadLetters = world.deadLetters();
        Instance instance =
            new Instance(world, GroupProtocol.CLASSIC, new SumEncoder(1, 0), patient)
                .startAndWait()) {
      String passages = world.config.topics().passages();
      // When
      world.send(passages, KEY, "not an event".getBytes(UTF_8));
      world.flush();
      // Then
      await()
          .during(Duration.ofSeconds(3))
          .atMost(Instance.PATIENCE)
          .untilAsserted(() -> assertThat(deadLetters.records()).isEmpty());
      assertThat(world.consumed(passages)).isZero();
      // When
      world.send(world.config.topics().documents(), KEY, document(world));
      world.flush();
      // Then
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(() -> assertThat(deadLetters.records()).hasSize(1));
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(() -> assertThat(world.consumed(passages)).isEqualTo(1));
    }
  }

  @Test
  void aQueryGoesOnWithoutAPassageThatCannotBeRead() throws Exception {
    try (World world = new World(kafka);
        Instance instance = new Instance(world, GroupProtocol.CLASSIC).startAndWait();
        Reader<String, Answer> answers = world.answers();
        Reader<byte[], byte[]> deadLetters = world.deadLetters()) {
      // Given
      world.ask(KEY, "question", 2);
      world.retrieve(KEY, "p", "passage");
      // When
      world.send(world.config.topics().passages(), KEY, "not an event".getBytes(UTF_8));
      world.flush();
      // Then
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(answers.values())
                      .extracting(Answer::getStatus)
                      .containsExactly(AnswerStatus.PARTIAL));
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(() -> assertThat(deadLetters.records()).hasSize(1));
    }
  }

  private static byte[] document(World world) {
    Document document = Document.newBuilder().setDocumentId("d").setText("text").build();
    return world
        .serdes
        .document()
        .serializer()
        .serialize(world.config.topics().documents(), document);
  }
}

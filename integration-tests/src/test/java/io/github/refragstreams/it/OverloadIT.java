package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.topology.AnswerConfig;
import io.github.refragstreams.topology.GroupProtocol;
import io.github.refragstreams.topology.TopologyConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** More than the models can do: records wait in their topics, and none is lost or refused. */
@ExtendWith(SharedBroker.class)
class OverloadIT {
  private static final int QUERIES = 200;
  private static final int FIRST = 16;
  private static final int IN_FLIGHT = 2;
  private static final int BACKLOG = 4;

  /** Of a passage: of these, fewer than there are queries fit into the encoder's queue. */
  private static final int CHARS = 2_000;

  private final EmbeddedKafka kafka;

  OverloadIT(EmbeddedKafka kafka) {
    this.kafka = kafka;
  }

  @Test
  void queriesWaitInTheirTopicUntilTheDecoderHasRoom() throws Exception {
    try (World world = new World(kafka, OverloadIT::narrow);
        Instance instance = new Instance(world, GroupProtocol.CLASSIC).startAndWait();
        Reader<String, Answer> answers = world.answers();
        Reader<byte[], byte[]> deadLetters = world.deadLetters()) {
      // Given: the decoder is stuck
      instance.models.decoder.gate.close();
      // A few first: a thread that waits for room reads on when its records of one partition end.
      ask(world, 0, FIRST);
      int most = IN_FLIGHT * World.PARTITIONS;
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(() -> assertThat(instance.models.decoder.started()).hasSize(most));
      ask(world, FIRST, QUERIES);
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(() -> assertThat(world.consumed()).isGreaterThan(most));
      // Then: what is beyond the backlog is not taken in, but for one each time it has waited
      await()
          .during(Duration.ofSeconds(3))
          .untilAsserted(() -> assertThat(world.consumed()).isLessThan(QUERIES / 2));
      assertThat(instance.models.decoder.started()).hasSize(most);
      // When
      instance.models.decoder.gate.open();
      // Then
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(() -> assertThat(answers.values()).hasSize(QUERIES));
      assertThat(answers.values()).extracting(Answer::getQueryId).doesNotHaveDuplicates();
      assertThat(instance.models.decoder.started()).hasSize(QUERIES).doesNotHaveDuplicates();
      assertThat(deadLetters.records()).isEmpty();
    }
  }

  @Test
  void passagesWaitUntilTheEncodersQueueHasRoom() {
    try (World world = new World(kafka);
        Instance instance = new Instance(world, GroupProtocol.CLASSIC).startAndWait();
        Reader<String, Answer> answers = world.answers();
        Reader<byte[], byte[]> deadLetters = world.deadLetters()) {
      // Given: the encoder is stuck, and more tokens come than its queue holds
      instance.models.encoder.gate.close();
      for (int q = 0; q < QUERIES; q++) {
        world.retrieve("q" + q, "p", q + "-".repeat(CHARS));
        world.ask("q" + q, "question " + q, 1);
      }
      world.flush();
      await().atMost(Instance.PATIENCE).until(() -> instance.models.refusals() > 1);
      assertThat(answers.values()).isEmpty();
      // When
      instance.models.encoder.gate.open();
      // Then
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(() -> assertThat(answers.values()).hasSize(QUERIES));
      assertThat(answers.values())
          .allMatch(answer -> answer.getStatus() == AnswerStatus.COMPLETE)
          .extracting(Answer::getQueryId)
          .doesNotHaveDuplicates();
      assertThat(instance.models.encoder.passages()).isEqualTo(QUERIES);
      assertThat(deadLetters.records()).isEmpty();
    }
  }

  private static void ask(World world, int from, int to) {
    for (int q = from; q < to; q++) {
      world.ask("q" + q, "a slow question " + q, 0);
    }
    world.flush();
  }

  /** Little room, and the longest wait for it. */
  private static TopologyConfig narrow(TopologyConfig config) {
    AnswerConfig all = config.answer();
    return config
        .withPace(config.tick(), Duration.ofSeconds(2))
        .withAnswer(
            new AnswerConfig(
                all.maxTokens(),
                all.mode(),
                all.expansion(),
                all.maxPositions(),
                all.deadline(),
                all.orphanAfter(),
                all.duplicateWindow(),
                IN_FLIGHT,
                all.inFlightBytes(),
                BACKLOG,
                QUERIES));
  }
}

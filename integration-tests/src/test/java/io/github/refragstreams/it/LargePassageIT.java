package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.topology.GroupProtocol;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Passages near their limit: with their vectors, they are above Kafka's default of 1 MiB. */
@ExtendWith(SharedBroker.class)
class LargePassageIT {
  private static final int DIMENSION = 576;

  /** Two of them fit into a prompt. */
  private static final int TOKENS = 3_900;

  private final EmbeddedKafka kafka;

  LargePassageIT(EmbeddedKafka kafka) {
    this.kafka = kafka;
  }

  @Test
  void carriesLargePassagesAlsoAcrossARestart() {
    try (World world = new World(kafka);
        Reader<String, Answer> answers = world.answers()) {
      String text = "x".repeat(TOKENS - 1);
      // Given: one of two passages has come
      try (Instance first = instance(world)) {
        world.ask("q", "question", 2);
        world.retrieve("q", "p1", text + "1");
        world.awaitFence(first, answers);
      }
      // When: the rest comes to a process that has restored the first from its changelog
      try (Instance second = instance(world)) {
        world.retrieve("q", "p2", text + "2");
        world.flush();
        await()
            .atMost(Instance.PATIENCE)
            .untilAsserted(() -> assertThat(answers.values()).hasSize(2));
        // Then
        Answer answer = answers.values().get(1);
        assertThat(answer.getStatus()).isEqualTo(AnswerStatus.COMPLETE);
        assertThat(answer.getStats().getPassages()).isEqualTo(2);
        assertThat(answer.getStats().getContextTokens()).isEqualTo(2 * TOKENS);
        assertThat(second.models.encoder.passages()).isEqualTo(1);
      }
    }
  }

  private static Instance instance(World world) {
    return new Instance(world, GroupProtocol.STREAMS, new SumEncoder(DIMENSION, 0), Map.of())
        .startAndWait();
  }
}

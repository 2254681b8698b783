package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.topology.GroupProtocol;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No transaction waits for a slow model: others are answered meanwhile, and it is asked once. */
@ExtendWith(SharedBroker.class)
class SlowModelIT {
  private static final int OTHERS = 20;

  private final EmbeddedKafka kafka;

  SlowModelIT(EmbeddedKafka kafka) {
    this.kafka = kafka;
  }

  @ParameterizedTest
  @EnumSource(GroupProtocol.class)
  void goesOnWhileAModelIsSlow(GroupProtocol protocol) {
    try (World world = new World(kafka);
        Instance instance = new Instance(world, protocol).startAndWait();
        Reader<String, Answer> answers = world.answers();
        Reader<String, AnswerToken> tokens = world.tokens()) {
      // Given
      instance.models.decoder.gate.close();
      world.ask("slow", "a slow question", 0);
      world.flush();
      await()
          .atMost(Instance.PATIENCE)
          .until(() -> instance.models.decoder.started().contains("a slow question"));
      // When: its first token is committed, and so is each answer before the next question
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(tokens.values()).extracting(AnswerToken::getQueryId).contains("slow"));
      for (int q = 1; q <= OTHERS; q++) {
        world.retrieve("q" + q, "p", "text " + q);
        world.ask("q" + q, "question " + q, 1);
        world.flush();
        int expected = q;
        await()
            .atMost(Instance.PATIENCE)
            .untilAsserted(() -> assertThat(answers.values()).hasSize(expected));
      }
      assertThat(answers.values()).extracting(Answer::getQueryId).doesNotContain("slow");
      instance.models.decoder.gate.open();
      // Then
      int all = OTHERS + 1;
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(() -> assertThat(answers.values()).hasSize(all));
      assertThat(answers.values()).extracting(Answer::getQueryId).doesNotHaveDuplicates();
      assertThat(instance.models.decoder.started()).hasSize(all).doesNotHaveDuplicates();
    }
  }
}

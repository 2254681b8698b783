package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.topology.GroupProtocol;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model that takes longer than a transaction may: others are answered, and it is asked once. */
@ExtendWith(SharedBroker.class)
class SlowModelIT {
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(2);

  private final EmbeddedKafka kafka;

  SlowModelIT(EmbeddedKafka kafka) {
    this.kafka = kafka;
  }

  @ParameterizedTest
  @EnumSource(GroupProtocol.class)
  void goesOnWhileAModelIsSlow(GroupProtocol protocol) {
    try (World world = new World(kafka);
        Instance instance =
            new Instance(
                    world,
                    protocol,
                    1,
                    Map.of(
                        "producer.transaction.timeout.ms",
                        String.valueOf(TRANSACTION_TIMEOUT.toMillis())))
                .startAndWait();
        Reader<String, Answer> answers = world.answers()) {
      // Given
      instance.models.decoder.gate.close();
      world.ask("slow", "a slow question", 0);
      world.flush();
      await()
          .atMost(Instance.PATIENCE)
          .until(() -> instance.models.decoder.started().contains("a slow question"));
      // When: others are asked and answered, until several transactions would have timed out
      long end = System.nanoTime() + 3 * TRANSACTION_TIMEOUT.toNanos();
      int others = 0;
      while (System.nanoTime() < end) {
        others++;
        world.retrieve("q" + others, "p", "text " + others);
        world.ask("q" + others, "question " + others, 1);
        world.flush();
        int expected = others;
        await()
            .atMost(Instance.PATIENCE)
            .untilAsserted(() -> assertThat(answers.values()).hasSize(expected));
      }
      instance.models.decoder.gate.open();
      // Then
      int all = others + 1;
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(() -> assertThat(answers.values()).hasSize(all));
      assertThat(answers.values()).extracting(Answer::getQueryId).doesNotHaveDuplicates();
      assertThat(instance.models.decoder.started()).hasSize(all).doesNotHaveDuplicates();
    }
  }
}

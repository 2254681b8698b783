package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.topology.GroupProtocol;
import java.util.Map;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An instance that keeps copies of the stores goes on where another one has stopped. */
@ExtendWith(SharedBroker.class)
class StandbyIT {
  private static final String TEXT = "a text of several chunks";

  private final EmbeddedKafka kafka;

  StandbyIT(EmbeddedKafka kafka) {
    this.kafka = kafka;
  }

  @Test
  void answersFromTheVectorsOfAnInstanceThatIsGone() {
    try (World world = new World(kafka);
        Reader<String, Answer> answers = world.answers();
        Instance staying = instance(world)) {
      long atFirst;
      try (Instance leaving = instance(world)) {
        // Given
        leaving.startAndWait();
        world.retrieve("q1", "p", TEXT);
        world.ask("q1", "which text?", 1);
        world.flush();
        await()
            .atMost(Instance.PATIENCE)
            .untilAsserted(() -> assertThat(answers.values()).hasSize(1));
        int tasks = leaving.activeTasks();
        staying.start();
        // Tasks that move to it are restored in a second rebalance, after the first copies.
        await()
            .atMost(Instance.PATIENCE)
            .until(
                () ->
                    staying.state() == KafkaStreams.State.RUNNING
                        && staying.activeTasks() + leaving.activeTasks() == tasks
                        && staying.standbyTasks() > 0
                        && staying.hasCopies());
        atFirst = staying.restored();
        // When: it leaves
      }
      world.retrieve("q2", "p", TEXT);
      world.ask("q2", "which text?", 1);
      world.flush();
      // Then
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(() -> assertThat(answers.values()).hasSize(2));
      assertThat(answers.values().get(1).getStats().getChunksCached()).isPositive();
      assertThat(staying.models.encoder.passages()).isZero();
      assertThat(staying.restored() - atFirst).as("records that its copies did not have").isZero();
    }
  }

  private static Instance instance(World world) {
    return new Instance(
        world, GroupProtocol.CLASSIC, new SumEncoder(1, 0), Map.of("num.standby.replicas", "1"));
  }
}

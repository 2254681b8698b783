package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.topology.GroupProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An instance that has ended in good order goes on with the stores that it has. */
@ExtendWith(SharedBroker.class)
class KeptStateIT {
  private final EmbeddedKafka kafka;

  KeptStateIT(EmbeddedKafka kafka) {
    this.kafka = kafka;
  }

  @Test
  void restoresNothingAlthoughSomeStoresWereNeverWritten() {
    try (World world = new World(kafka);
        Reader<String, Answer> answers = world.answers()) {
      // Given: nothing was answered yet, and one query waits for its second passage
      Instance first = new Instance(world, GroupProtocol.CLASSIC).startAndWait();
      world.retrieve("q", "p1", "one text");
      world.ask("q", "a question", 2);
      world.flush();
      await()
          .atMost(Instance.PATIENCE)
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(first.stores().query("q").passages()).isEqualTo(1));
      // When
      try (Instance second = first.replace(world, GroupProtocol.CLASSIC)) {
        second.startAndWait();
        world.retrieve("q", "p2", "another text");
        world.flush();
        await()
            .atMost(Instance.PATIENCE)
            .untilAsserted(() -> assertThat(answers.values()).hasSize(1));
        // Then
        assertThat(answers.values().get(0).getStats().getPassages()).isEqualTo(2);
        assertThat(second.restored()).isZero();
      }
    }
  }
}

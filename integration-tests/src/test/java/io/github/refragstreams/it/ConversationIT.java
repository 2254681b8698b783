package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.topology.GroupProtocol;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Conversations over several processes: their history goes where their partition goes. */
@ExtendWith(SharedBroker.class)
class ConversationIT {
  private static final List<String> CONVERSATIONS = List.of("c0", "c1", "c2", "c3", "c4", "c5");

  private final EmbeddedKafka kafka;

  ConversationIT(EmbeddedKafka kafka) {
    this.kafka = kafka;
  }

  @ParameterizedTest
  @EnumSource(GroupProtocol.class)
  void historySurvivesRestartAndRebalance(GroupProtocol protocol) {
    try (World world = new World(kafka);
        Reader<String, Answer> answers = world.answers()) {
      // Given: a first turn in a process that ends
      try (Instance first = new Instance(world, protocol).startAndWait()) {
        turn(world, answers, 0);
      }
      try (Instance second = new Instance(world, protocol).startAndWait()) {
        // When: another process goes on with all of them
        turn(world, answers, 1);
        try (Instance third = new Instance(world, protocol).startAndWait()) {
          // When: some of them move to a third one
          third.awaitAnswerTasks(world);
          turn(world, answers, 2);
          assertThat(third.models.decoder.started()).isNotEmpty();
        }
        // When: and back
        turn(world, answers, 3);
      }
    }
  }

  /** Asks in every conversation; the answers have seen all turns before. */
  private static void turn(World world, Reader<String, Answer> answers, int number) {
    for (String conversation : CONVERSATIONS) {
      world.ask(conversation + "-" + number, conversation, "turn " + number, 0);
    }
    world.flush();
    int total = CONVERSATIONS.size() * (number + 1);
    await()
        .atMost(Instance.PATIENCE)
        .untilAsserted(() -> assertThat(answers.values()).hasSize(total));
    assertThat(answers.values().subList(total - CONVERSATIONS.size(), total))
        .extracting(answer -> answer.getStats().getHistoryTurns())
        .containsOnly(number);
  }
}

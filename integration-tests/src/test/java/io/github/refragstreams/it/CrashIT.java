package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.topology.GroupProtocol;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Processes that end while they answer: inference may repeat, answers do not. */
@ExtendWith(SharedBroker.class)
class CrashIT {
  /** A thread that stands still loses its tasks after this time. */
  private static final Map<String, String> IMPATIENT = Map.of("max.poll.interval.ms", "6000");

  private final EmbeddedKafka kafka;

  CrashIT(EmbeddedKafka kafka) {
    this.kafka = kafka;
  }

  @ParameterizedTest
  @EnumSource(GroupProtocol.class)
  void answersAfterARestartWhatWasInFlight(GroupProtocol protocol) {
    try (World world = new World(kafka);
        Reader<String, Answer> answers = world.answers();
        Reader<String, AnswerToken> tokens = world.tokens()) {
      // Given: two queries being answered, and one whose passage is at the encoder
      try (Instance first = new Instance(world, protocol).startAndWait()) {
        first.models.decoder.gate.close();
        inFlight(world, first, tokens);
        assertThat(answers.values()).isEmpty();
      }
      // When
      try (Instance second = new Instance(world, protocol).startAndWait()) {
        // Then
        assertAnswered(world, answers, tokens);
      }
    }
  }

  @Test
  void encodesAgainWhatTheEncoderOfAnotherBundleHasEncoded() {
    try (World world = new World(kafka);
        Reader<String, Answer> answers = world.answers()) {
      // Given: one of two passages is encoded
      try (Instance first =
          new Instance(world, GroupProtocol.STREAMS, new SumEncoder(1, 0), Map.of())) {
        first.startAndWait();
        world.retrieve("q", "p1", "first");
        world.ask("q", "question", 2);
        world.awaitFence(first, answers);
      }
      // When
      try (Instance second =
          new Instance(world, GroupProtocol.STREAMS, new SumEncoder(2, 0), Map.of())) {
        second.startAndWait();
        world.retrieve("q", "p2", "second");
        world.flush();
        await()
            .atMost(Instance.PATIENCE)
            .untilAsserted(() -> assertThat(answers.values()).hasSize(2));
        // Then
        assertThat(answers.values().get(1).getStats().getPassages()).isEqualTo(2);
        assertThat(second.models.encoder.passages()).isEqualTo(2);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(GroupProtocol.class)
  void takesOverWhatADeadProcessHadInFlight(GroupProtocol protocol) {
    try (World world = new World(kafka);
        Reader<String, Answer> answers = world.answers();
        Reader<String, AnswerToken> tokens = world.tokens();
        Instance first = new Instance(world, protocol).mortal().startAndWait()) {
      // Given
      first.models.decoder.gate.close();
      inFlight(world, first, tokens);
      // When: its thread dies in the middle of a transaction
      first.models.encoder.gate.open();
      first.models.crash();
      world.retrieve("crash", "p", "this text is read by a thread that dies");
      world.flush();
      await().atMost(Instance.PATIENCE).until(() -> first.state() == KafkaStreams.State.ERROR);
      try (Instance second = new Instance(world, protocol).startAndWait()) {
        // Then
        assertAnswered(world, answers, tokens);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(GroupProtocol.class)
  void whoeverWakesUpAfterItsWorkWasTakenOverChangesNothing(GroupProtocol protocol) {
    Gate asleep = new Gate();
    try (World world = new World(kafka);
        Reader<String, Answer> answers = world.answers();
        Reader<String, AnswerToken> tokens = world.tokens();
        Instance first = new Instance(world, protocol, new SumEncoder(1, 0), IMPATIENT)) {
      first.startAndWait();
      // Given: a thread that stands still in the middle of a transaction
      first.models.decoder.gate.close();
      inFlight(world, first, tokens);
      first.models.encoder.gate.open();
      asleep.close();
      first.models.standStill(asleep);
      world.retrieve("still", "p", "this text is read by a thread that stands still");
      world.flush();
      await().atMost(Instance.PATIENCE).until(() -> !first.models.isFaulty());
      try (Instance second = new Instance(world, protocol).startAndWait()) {
        await()
            .atMost(Instance.PATIENCE)
            .untilAsserted(() -> assertThat(answers.values()).hasSize(3));
        // When: it has answers of its own to the same queries
        first.models.decoder.gate.open();
        asleep.open();
        // Then
        assertAnswered(world, answers, tokens);
      } finally {
        asleep.open();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(GroupProtocol.class)
  void goesOnInTheSameProcessWhenAThreadDies(GroupProtocol protocol) {
    try (World world = new World(kafka);
        Reader<String, Answer> answers = world.answers();
        Reader<String, AnswerToken> tokens = world.tokens();
        Instance only = new Instance(world, protocol).startAndWait()) {
      // Given
      only.models.decoder.gate.close();
      inFlight(world, only, tokens);
      only.models.encoder.gate.open();
      // When
      only.models.crash();
      world.retrieve("crash", "p", "this text is read by a thread that dies");
      world.flush();
      await().atMost(Instance.PATIENCE).until(() -> only.deaths() == 1);
      only.models.decoder.gate.open();
      // Then
      assertAnswered(world, answers, tokens);
    }
  }

  /** Two queries with first tokens on their way out, one that waits for the encoder. */
  private static void inFlight(World world, Instance instance, Reader<String, AnswerToken> tokens) {
    world.retrieve("a", "p", "text a");
    world.ask("a", "a slow question", 1);
    world.ask("b", "another slow question", 0);
    world.flush();
    await()
        .atMost(Instance.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(tokens.values())
                    .extracting(AnswerToken::getQueryId)
                    .containsExactlyInAnyOrder("a", "b"));
    instance.models.encoder.gate.close();
    world.retrieve("c", "p", "text c");
    world.ask("c", "a quick question", 1);
    world.flush();
    await().atMost(Instance.PATIENCE).until(() -> instance.models.encoder.waiting() == 1);
  }

  /** Queries that are asked later are answered later: a second answer would be there by then. */
  private static void assertAnswered(
      World world, Reader<String, Answer> answers, Reader<String, AnswerToken> tokens) {
    await()
        .atMost(Instance.PATIENCE)
        .untilAsserted(() -> assertThat(answers.values()).hasSizeGreaterThanOrEqualTo(3));
    List<String> later = List.of("later 1", "later 2", "later 3", "later 4");
    later.forEach(id -> world.ask(id, "one more question", 0));
    world.flush();
    await()
        .atMost(Instance.PATIENCE)
        .untilAsserted(
            () -> assertThat(answers.values()).extracting(Answer::getQueryId).containsAll(later));
    assertThat(answers.values())
        .extracting(Answer::getQueryId)
        .containsExactlyInAnyOrder("a", "b", "c", "later 1", "later 2", "later 3", "later 4");
    AnswerChecks.assertTokensAreTheAnswers(answers.values(), tokens);
    assertThat(generations(tokens, "a"))
        .as("generations of a: one was lost, a later one has won")
        .hasSizeGreaterThan(1)
        .isSorted()
        .endsWith(generation(answers, "a"));
  }

  /** Those that have begun, in order. */
  private static List<String> generations(Reader<String, AnswerToken> tokens, String queryId) {
    return tokens.values().stream()
        .filter(token -> token.getQueryId().equals(queryId))
        .map(AnswerToken::getGenerationId)
        .distinct()
        .toList();
  }

  private static String generation(Reader<String, Answer> answers, String queryId) {
    return answers.values().stream()
        .filter(answer -> answer.getQueryId().equals(queryId))
        .map(Answer::getGenerationId)
        .findFirst()
        .orElseThrow();
  }
}

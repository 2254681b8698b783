package io.github.refragstreams.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.topology.DeadLetterHeaders;
import io.github.refragstreams.topology.GroupProtocol;
import io.github.refragstreams.topology.TopologyNames;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many queries, good and bad records among each other. */
@ExtendWith(SharedBroker.class)
class ExactlyOnceIT {
  private static final int QUERIES = 40;
  private static final int PASSAGES = 3;
  private static final String FENCE = "fence";

  private final EmbeddedKafka kafka;

  ExactlyOnceIT(EmbeddedKafka kafka) {
    this.kafka = kafka;
  }

  @ParameterizedTest
  @EnumSource(GroupProtocol.class)
  void answersEachQueryOnceAndLosesNothing(GroupProtocol protocol) throws Exception {
    try (World world = new World(kafka);
        Instance instance = new Instance(world, protocol).startAndWait();
        Reader<String, Answer> answers = world.answers();
        Reader<String, AnswerToken> tokens = world.tokens();
        Reader<byte[], byte[]> deadLetters = world.deadLetters()) {
      // Given
      byte[] junk = "not an event".getBytes(UTF_8);
      // When
      for (int q = 0; q < QUERIES; q++) {
        for (int p = 0; p < PASSAGES; p++) {
          boolean poison = q == QUERIES / 2 && p == 1;
          world.retrieve(
              "q" + q, "p" + p, poison ? SumEncoder.POISON : "passage " + p + " of " + q % 10);
        }
        world.ask("q" + q, "question " + q, PASSAGES);
        if (q == QUERIES / 2) {
          world.send(world.config.topics().queries(), "q" + q, junk);
        }
      }
      world.flush();
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(() -> assertThat(answers.values()).hasSizeGreaterThanOrEqualTo(QUERIES));
      // A second answer would be there before that to the next query of its key.
      world.ask("q0", "question 0", 0);
      world.ask(FENCE, "q0", "the last question", 0);
      world.flush();
      // Then
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(
              () -> assertThat(answers.values()).extracting(Answer::getQueryId).contains(FENCE));
      await()
          .atMost(Instance.PATIENCE)
          .untilAsserted(() -> assertThat(deadLetters.records()).hasSizeGreaterThanOrEqualTo(2));
      assertThat(answers.values())
          .hasSize(QUERIES + 1)
          .extracting(Answer::getQueryId)
          .doesNotHaveDuplicates();
      for (Answer answer : answers.values().subList(0, QUERIES)) {
        boolean poisoned = answer.getQueryId().equals("q" + QUERIES / 2);
        assertThat(answer.getText()).isEqualTo("question " + answer.getQueryId().substring(1));
        assertThat(answer.getStatus())
            .isEqualTo(poisoned ? AnswerStatus.PARTIAL : AnswerStatus.COMPLETE);
      }
      AnswerChecks.assertTokensAreTheAnswers(answers.values(), tokens);
      assertThat(deadLetters.records())
          .extracting(record -> header(record, DeadLetterHeaders.CODE))
          .containsExactlyInAnyOrder("NOT_AVRO", "PASSAGE_NOT_ENCODABLE");
      assertThat(deadLetters.records()).extracting(ConsumerRecord::value).contains(junk);
      assertThat(headerNames(deadLetters.records().get(0)))
          .containsExactlyElementsOf(headerNames(deadLetters.records().get(1)));
      assertThat(instance.models.encoder.passages()).isEqualTo(30);
      assertThat(internalTopics(world))
          .containsExactlyElementsOf(TopologyNames.internalTopics(world.id));
    }
  }

  private static List<String> internalTopics(World world) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", world.bootstrapServers))) {
      return admin.listTopics().names().get().stream()
          .filter(name -> name.startsWith(world.id + "-"))
          .sorted()
          .toList();
    }
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  private static List<String> headerNames(ConsumerRecord<?, ?> record) {
    return StreamSupport.stream(record.headers().spliterator(), false)
        .map(header -> header.key())
        .toList();
  }
}

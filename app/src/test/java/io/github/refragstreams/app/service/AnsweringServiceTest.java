package io.github.refragstreams.app.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.client.AnswerListener;
import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.client.ConversationReader;
import io.github.refragstreams.app.client.NoAnswerException;
import io.github.refragstreams.app.client.RagClient;
import io.github.refragstreams.app.client.RefusedException;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.eval.FakeModels;
import io.github.refragstreams.app.retriever.Hit;
import io.github.refragstreams.app.retriever.Turn;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Client, service and broker together, with fake models. */
class AnsweringServiceTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final QueryOptions DEFAULTS = QueryOptions.newBuilder().build();

  @TempDir private static Path state;

  private static EmbeddedKafka kafka;
  private static EventSerdes serdes;
  private static AnsweringService service;
  private static RagClient client;
  private static AppConfig config;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(0);
    config = config("limits.passage-chars", "100");
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.create(Topics.required(config.topology()), Optional.empty());
    }
    serdes = new EventSerdes(config.kafka());
    service =
        AnsweringService.start(
            config, Map.of(), FakeModels.answering(prompt -> "forty-two"), serdes);
    service.awaitRunning(TIMEOUT);
    client = new RagClient(config.kafka(), config.topology().topics(), serdes, true);
  }

  @AfterAll
  static void stop() {
    client.close();
    service.close();
    serdes.close();
    kafka.close();
  }

  @Test
  void answersAQuestionFromItsPassages() {
    // Given
    Heard heard = new Heard();
    // When
    Answer answer =
        client.ask(
            AskedQuestion.of(
                "how many?", null, DEFAULTS, List.of(hit("p0", 0, "forty-two of them"))),
            heard,
            TIMEOUT);
    // Then
    assertThat(answer.getStatus()).isEqualTo(AnswerStatus.COMPLETE);
    assertThat(answer.getText()).isEqualTo("forty-two");
    assertThat(answer.getStats().getPassages()).isEqualTo(1);
    assertThat(String.join("", heard.text)).isEqualTo("forty-two");
  }

  @Test
  void answersWithoutContext() {
    // When
    Answer answer =
        client.ask(AskedQuestion.of("why?", null, DEFAULTS, List.of()), new Heard(), TIMEOUT);
    // Then
    assertThat(answer.getStatus()).isEqualTo(AnswerStatus.NO_CONTEXT);
  }

  @Test
  void tellsWhyAQuestionIsRefused() {
    // Given
    QueryOptions foreign = QueryOptions.newBuilder().setChunkTokens(3).build();
    // When, Then
    assertThatThrownBy(
            () ->
                client.ask(AskedQuestion.of(" ", null, DEFAULTS, List.of()), new Heard(), TIMEOUT))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("EMPTY_QUESTION");
    assertThatThrownBy(
            () ->
                client.ask(AskedQuestion.of("k?", null, foreign, List.of()), new Heard(), TIMEOUT))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "the question was refused at stage 'intake': UNSUPPORTED_CHUNK_TOKENS:"
                + " options.chunk_tokens is 3; bundle 'fake@1' was trained for [2, 4]");
    assertThatThrownBy(
            () ->
                client.ask(
                    AskedQuestion.of("secret".repeat(334), null, DEFAULTS, List.of()),
                    new Heard(),
                    TIMEOUT))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "the question was refused at stage 'intake': QUESTION_TOO_LONG:"
                + " question has 2004 characters; limits.question-chars is 2000");
  }

  @Test
  void aConversationCanBeReadFromTheTopics() {
    // Given
    client.ask(AskedQuestion.of("first?", "talk", DEFAULTS, List.of()), new Heard(), TIMEOUT);
    client.ask(AskedQuestion.of("other?", "others", DEFAULTS, List.of()), new Heard(), TIMEOUT);
    Answer answer =
        client.ask(AskedQuestion.of("second?", "talk", DEFAULTS, List.of()), new Heard(), TIMEOUT);
    // When
    try (ConversationReader reader =
        new ConversationReader(config.kafka(), config.topology().topics(), serdes)) {
      // Then
      assertThat(reader.turns("talk"))
          .containsExactly(new Turn("first?", "forty-two"), new Turn("second?", "forty-two"));
      assertThat(reader.turns("nobody's")).isEmpty();
    }
    assertThat(answer.getConversationId()).isEqualTo("talk");
  }

  @Test
  void tellsThatAPassageIsRefused() {
    // Given
    QueryOptions options = QueryOptions.newBuilder().build();
    AskedQuestion asked =
        AskedQuestion.of(
            "long?", null, options, List.of(hit("ok", 0, "fine"), hit("long", 1, "x".repeat(101))));
    asked.query().setDeadlineMs(3_000L);
    Heard heard = new Heard();
    // When
    Answer answer = client.ask(asked, heard, TIMEOUT);
    // Then
    assertThat(answer.getStatus()).isEqualTo(AnswerStatus.PARTIAL);
    assertThat(heard.refused).containsExactly("PASSAGE_TOO_LONG");
  }

  @Test
  void givesUpWhenNoAnswerComes() {
    // Given
    AskedQuestion asked =
        AskedQuestion.of("still waiting?", null, DEFAULTS, List.of(hit("p0", 0, "one")));
    asked.query().setExpectedPassages(2);
    asked.passages().get(0).setTotal(2);
    // When, Then
    assertThatThrownBy(() -> client.ask(asked, new Heard(), Duration.ofMillis(300)))
        .isInstanceOf(NoAnswerException.class);
  }

  @Test
  void tellsThatItStopsInsteadOfRunning() {
    // Given
    AppConfig topicless = config("topics.prefix", "nobodys.");
    // When
    try (AnsweringService other =
        AnsweringService.start(
            topicless, Map.of(), FakeModels.answering(prompt -> "never"), serdes)) {
      // Then
      assertThatThrownBy(() -> other.awaitRunning())
          .isInstanceOf(ServiceException.class)
          .hasMessage("the topology stopped while it started");
    }
  }

  @Test
  void finishesAndCommitsWhatIsBeingGeneratedBeforeItStops() throws Exception {
    // Given
    AppConfig own = config("topics.prefix", "draining.");
    try (TopicAdmin admin = new TopicAdmin(own.kafka())) {
      admin.create(Topics.required(own.topology()), Optional.empty());
    }
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<String> text = new CompletableFuture<>();
    Models slow =
        FakeModels.answering(
            prompt -> {
              begun.countDown();
              return text.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
            });
    try (RagClient asking = new RagClient(own.kafka(), own.topology().topics(), serdes, true);
        AnsweringService stopping = AnsweringService.start(own, Map.of(), slow, serdes)) {
      stopping.awaitRunning(TIMEOUT);
      CompletableFuture<Answer> answer =
          CompletableFuture.supplyAsync(
              () ->
                  asking.ask(
                      AskedQuestion.of("when?", null, DEFAULTS, List.of()), new Heard(), TIMEOUT));
      assertThat(begun.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      // When
      stopping.drain(Duration.ofMillis(200));
      assertThat(answer).isNotDone();
      text.complete("in the end");
      stopping.drain(TIMEOUT);
      stopping.close();
      // Then
      assertThat(answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).getText())
          .isEqualTo("in the end");
    }
  }

  /** One partition each, and a setting more. */
  private static AppConfig config(String key, String value) {
    return AppConfig.load(
        null,
        Map.of(),
        Map.of(
            "kafka.bootstrap.servers",
            kafka.bootstrapServers(),
            "kafka.schema.registry.url",
            "mock://service-test",
            "kafka.state.dir",
            state.toString(),
            "topics.partitions",
            "1",
            key,
            value));
  }

  private static Hit hit(String pid, int rank, String text) {
    return new Hit(new Passage(pid, null, text), rank, 1.0);
  }

  private static final class Heard implements AnswerListener {
    final List<String> text = new ArrayList<>();
    final List<String> refused = new ArrayList<>();

    @Override
    public void onText(String piece) {
      text.add(piece);
    }

    @Override
    public void onRestart() {
      text.clear();
    }

    @Override
    public void onPassageRefused(String code) {
      refused.add(code);
    }
  }
}

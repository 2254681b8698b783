package io.github.refragstreams.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.client.AnswerListener;
import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.client.OpenQuestion;
import io.github.refragstreams.app.client.RagClient;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.eval.FakeModels;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long answers are remembered may be changed while the state stays where it is. */
class DuplicateWindowTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @TempDir private Path state;

  private final EmbeddedKafka kafka = EmbeddedKafka.start(0);
  private final EventSerdes serdes =
      new EventSerdes(Map.of("schema.registry.url", "mock://duplicate-window-test"));

  @AfterEach
  void close() {
    serdes.close();
    kafka.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10m", "5h", "2d"})
  void whatWasAnsweredIsRememberedWhenTheWindowChanges(String changed) {
    // Given
    AskedQuestion asked = question();
    AppConfig before = config("1d");
    try (TopicAdmin admin = new TopicAdmin(before.kafka())) {
      admin.create(Topics.required(before.topology()), Optional.empty());
    }
    try (AnsweringService service = start(before);
        RagClient client = client(before)) {
      service.awaitRunning(TIMEOUT);
      client.ask(asked, AnswerListener.SILENT, TIMEOUT);
    }
    // When: it is asked again, and behind it the next one of its conversation
    AppConfig after = config(changed);
    try (AnsweringService service = start(after);
        RagClient client = client(after)) {
      service.awaitRunning(TIMEOUT);
      OpenQuestion again = client.ask(asked, AnswerListener.SILENT);
      client.ask(question(), AnswerListener.SILENT, TIMEOUT);
      // Then
      assertThat(again.answer()).isNotDone();
    }
  }

  private AnsweringService start(AppConfig config) {
    return AnsweringService.start(
        config, Map.of(), FakeModels.answering(prompt -> "forty-two"), serdes);
  }

  private RagClient client(AppConfig config) {
    return new RagClient(config.kafka(), config.topology().topics(), serdes, true);
  }

  private static AskedQuestion question() {
    return AskedQuestion.of("why?", "talk", QueryOptions.newBuilder().build(), List.of());
  }

  private AppConfig config(String window) {
    return AppConfig.load(
        null,
        Map.of(),
        Map.of(
            "kafka.bootstrap.servers",
            kafka.bootstrapServers(),
            "kafka.state.dir",
            state.toString(),
            "topics.partitions",
            "1",
            "answer.duplicate-window",
            window));
  }
}

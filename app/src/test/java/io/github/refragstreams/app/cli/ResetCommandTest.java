package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.app.client.AnswerListener;
import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.client.RagClient;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.eval.FakeModels;
import io.github.refragstreams.app.service.AnsweringService;
import io.github.refragstreams.app.topics.ApplicationReset;
import io.github.refragstreams.app.topics.Remains;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.Topics;
import io.github.refragstreams.topology.TopologyNames;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ResetCommandTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static EmbeddedKafka kafka;

  private final InputStream stdin = System.in;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path state;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(0);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @AfterEach
  void giveInputBack() {
    System.setIn(stdin);
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void deletesWhatAnApplicationThatHasEndedKeeps(String protocol) throws IOException {
    // Given
    Map<String, String> settings = settings("ended-" + protocol, protocol);
    AppConfig config = AppConfig.load(null, Map.of(), settings);
    try (AnsweringService service = answering(config)) {
      // When
      int whileItRuns = reset(settings, "--yes");
      // Then
      assertThat(whileItRuns).isEqualTo(ExitCodes.FAILURE);
      assertThat(err.toString()).contains("refrag: group 'ended-" + protocol + "' is ");
      // When
      out.getBuffer().setLength(0);
      assertThat(reset(settings, "--yes", "--json")).isEqualTo(ExitCodes.FAILURE);
      // Then
      JsonNode kept = new ObjectMapper().readTree(out.toString());
      assertThat(kept.get("deleted").booleanValue()).isFalse();
      assertThat(kept.get("group_state").textValue()).isNotEmpty();
      assertThat(service.state().isRunningOrRebalancing()).isTrue();
    }
    // Given: a static member is missed after its session only
    try (ApplicationReset admin = new ApplicationReset(config)) {
      await()
          .atMost(PATIENCE)
          .until(() -> admin.find().group().filter(Remains.Group::active).isEmpty());
      assertThat(admin.find().topics())
          .isEqualTo(TopologyNames.internalTopics(config.applicationId()));
      // When
      out.getBuffer().setLength(0);
      int status = reset(settings, "--yes", "--json");
      // Then
      assertThat(status).as(err.toString()).isEqualTo(ExitCodes.OK);
      JsonNode deleted = new ObjectMapper().readTree(out.toString());
      assertThat(deleted.get("deleted").booleanValue()).isTrue();
      assertThat(deleted.get("topics")).hasSize(9);
      assertThat(deleted.get("group").textValue()).isEqualTo("ended-" + protocol);
      assertThat(deleted.get("state").textValue()).startsWith(state.toString());
      assertThat(admin.find())
          .isEqualTo(new Remains(List.of(), Optional.empty(), Optional.empty()));
    }
  }

  @Test
  void asksBeforeItDeletes() {
    // Given
    Map<String, String> settings = settings("asked", "streams");
    AppConfig config = AppConfig.load(null, Map.of(), settings);
    answering(config).close();
    System.setIn(new ByteArrayInputStream("no\n".getBytes(StandardCharsets.UTF_8)));
    // When
    int refused = reset(settings, "--json");
    assertThat(err.toString())
        .containsSubsequence("topic  asked-requests-changelog", "Type yes to go on: ");
    assertThat(out.toString()).contains("\"deleted\":false");
    int dry = reset(settings, "--dry-run");
    // Then
    assertThat(refused).isEqualTo(ExitCodes.FAILURE);
    assertThat(dry).isEqualTo(ExitCodes.OK);
    assertThat(err.toString()).contains("Type yes to go on: ", "nothing was deleted");
    assertThat(out.toString()).contains("topic  asked-requests-changelog", "group  asked");
    try (ApplicationReset admin = new ApplicationReset(config)) {
      assertThat(admin.find().topics()).hasSize(9);
      // When
      System.setIn(new ByteArrayInputStream("yes\n".getBytes(StandardCharsets.UTF_8)));
      int done = reset(settings);
      // Then
      assertThat(done).isEqualTo(ExitCodes.OK);
      assertThat(admin.find().isEmpty()).isTrue();
    }
  }

  @Test
  void findsNothingOfAnApplicationThatNeverRan() {
    // When
    int status = reset(settings("never", "classic"));
    // Then
    assertThat(status).isEqualTo(ExitCodes.OK);
    assertThat(out.toString()).isEqualTo("nothing to delete\n");
  }

  /** Runs, and has answered. */
  private static AnsweringService answering(AppConfig config) {
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.create(Topics.required(config.topology()), Optional.empty());
    }
    EventSerdes serdes = new EventSerdes(config.kafka());
    AnsweringService service =
        AnsweringService.start(
            config, Map.of(), FakeModels.answering(prompt -> "forty-two"), serdes);
    service.awaitRunning(PATIENCE);
    try (RagClient client =
        new RagClient(config.kafka(), config.topology().topics(), serdes, true)) {
      client.ask(
          AskedQuestion.of("how many?", null, QueryOptions.newBuilder().build(), List.of()),
          AnswerListener.SILENT,
          PATIENCE);
    }
    return service;
  }

  private Map<String, String> settings(String id, String protocol) {
    return Map.of(
        "kafka.bootstrap.servers",
        kafka.bootstrapServers(),
        "kafka.schema.registry.url",
        "mock://reset-test",
        // The shortest that the broker allows.
        "kafka.session.timeout.ms",
        "6000",
        "kafka.state.dir",
        state.toString(),
        "streams.application-id",
        id,
        "streams.group-protocol",
        protocol,
        "topics.partitions",
        "1");
  }

  private int reset(Map<String, String> settings, String... options) {
    List<String> arguments = new ArrayList<>(List.of("reset"));
    settings.forEach((key, value) -> arguments.add("--set=" + key + "=" + value));
    arguments.addAll(List.of(options));
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments.toArray(String[]::new));
  }
}

package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.eval.FakeModels;
import io.github.refragstreams.app.service.AnsweringService;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command against a cluster with fake models, which answer with their prompt. */
class AskCommandTest {
  private static final String REGISTRY = "mock://ask-test";

  @TempDir private static Path folder;

  private static EmbeddedKafka kafka;
  private static EventSerdes serdes;
  private static AnsweringService service;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(0);
    AppConfig config =
        AppConfig.load(
            null,
            Map.of(),
            Map.of(
                "kafka.bootstrap.servers",
                kafka.bootstrapServers(),
                "kafka.schema.registry.url",
                REGISTRY,
                "kafka.state.dir",
                folder.resolve("state").toString(),
                "topics.partitions",
                "1"));
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.create(Topics.required(config.topology()), Optional.empty());
    }
    serdes = new EventSerdes(config.kafka());
    service =
        AnsweringService.start(
            config, Map.of(), FakeModels.answering(AskCommandTest::text), serdes);
    service.awaitRunning(Duration.ofSeconds(60));
  }

  @AfterAll
  static void stop() {
    service.close();
    serdes.close();
    kafka.close();
  }

  @Test
  void sendsEveryRowOfASmallFileInItsOrder() throws IOException {
    // When: no row has a word of the question.
    JsonNode answer = ask("--passages=3", "sky is blue", "grass is green", "coal is black");
    // Then
    assertThat(answer.at("/stats/passages").intValue()).isEqualTo(3);
    assertThat(answer.get("text").textValue())
        .containsSubsequence("sky is blue", "grass is green", "coal is black");
  }

  @Test
  void searchesTheRowsOfALargerFile() throws IOException {
    // When
    JsonNode answer = ask("--passages=2", "sky is blue", "Ada wrote letters", "coal is black");
    // Then
    assertThat(answer.at("/stats/passages").intValue()).isEqualTo(1);
    assertThat(answer.get("text").textValue()).contains("Ada wrote letters");
  }

  @Test
  void sendsNoRowWhereNoneAreAskedFor() throws IOException {
    // When
    JsonNode answer = ask("--passages=0", "Ada wrote letters");
    // Then
    assertThat(answer.get("status").textValue()).isEqualTo("NO_CONTEXT");
  }

  private JsonNode ask(String passages, String... texts) throws IOException {
    StringBuilder rows = new StringBuilder();
    for (String text : texts) {
      rows.append("{\"pid\":\"").append(text.hashCode()).append("\",\"text\":\"");
      rows.append(text).append("\"}\n");
    }
    Path file = Files.writeString(folder.resolve("rows.jsonl"), rows);
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    int status =
        command.execute(
            "ask",
            "--question=Who wrote it?",
            "--passages-file=" + file,
            passages,
            "--mode=FULL",
            "--json",
            "--set=topics.partitions=1",
            "--set=kafka.bootstrap.servers=" + kafka.bootstrapServers(),
            "--set=kafka.schema.registry.url=" + REGISTRY);
    assertThat(status).as(err.toString()).isEqualTo(ExitCodes.OK);
    return new ObjectMapper().readTree(out.toString());
  }

  private static String text(Prompt prompt) {
    StringBuilder text = new StringBuilder();
    prompt.segments().stream()
        .flatMap(s -> s instanceof Segment.Tokens tokens ? Stream.of(tokens.ids()) : Stream.empty())
        .forEach(ids -> text.append(new String(ids, 0, ids.length)));
    return text.toString();
  }
}

package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.eval.FakeModels;
import io.github.refragstreams.app.service.AnsweringService;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.Topics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command against a cluster with fake models. */
class ChatCommandTest {
  @TempDir private static Path folder;

  private static EmbeddedKafka kafka;
  private static EventSerdes serdes;
  private static AnsweringService service;
  private static Map<String, String> settings;

  private final InputStream stdin = System.in;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(0);
    settings =
        Map.of(
            "kafka.bootstrap.servers", kafka.bootstrapServers(),
            "kafka.schema.registry.url", "mock://chat-test",
            "topics.partitions", "1",
            "limits.question-chars", "20");
    Map<String, String> all = new HashMap<>(settings);
    all.put("kafka.state.dir", folder.resolve("state").toString());
    AppConfig config = AppConfig.load(null, Map.of(), all);
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.create(Topics.required(config.topology()), Optional.empty());
    }
    serdes = new EventSerdes(config.kafka());
    service =
        AnsweringService.start(
            config, Map.of(), FakeModels.answering(prompt -> "forty-two"), serdes);
    service.awaitRunning(Duration.ofSeconds(60));
  }

  @AfterAll
  static void stop() {
    service.close();
    serdes.close();
    kafka.close();
  }

  @AfterEach
  void giveInputBack() {
    System.setIn(stdin);
  }

  @Test
  void answersLineByLineInOneConversationUntilAnotherOneBegins() throws IOException {
    // When
    int status = chat("how many?\n\n why? \n/new\nwhen?\n", "--passages=0", "--json");
    // Then
    assertThat(status).as(err.toString()).isEqualTo(ExitCodes.OK);
    List<JsonNode> answers = new ArrayList<>();
    for (String line : out.toString().lines().toList()) {
      answers.add(new ObjectMapper().readTree(line));
    }
    assertThat(answers)
        .extracting(answer -> answer.get("question").textValue())
        .containsExactly("how many?", "why?", "when?");
    List<String> conversations =
        answers.stream().map(answer -> answer.get("conversation_id").textValue()).toList();
    assertThat(conversations.get(1)).isEqualTo(conversations.get(0));
    assertThat(conversations.get(2)).isNotEqualTo(conversations.get(0));
    assertThat(answers.get(1).at("/stats/history_turns").intValue()).isEqualTo(1);
    assertThat(answers.get(2).at("/stats/history_turns").intValue()).isZero();
  }

  @Test
  void goesOnAfterAQuestionThatIsRefused() {
    // When
    int status = chat("a question that is far too long\nhow many?\n", "--passages=0");
    // Then
    assertThat(status).isEqualTo(ExitCodes.OK);
    assertThat(err.toString()).contains("QUESTION_TOO_LONG");
    assertThat(out.toString()).contains("forty-two");
  }

  private int chat(String typed, String... options) {
    System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
    List<String> arguments = new ArrayList<>(List.of("chat"));
    settings.forEach((key, value) -> arguments.add("--set=" + key + "=" + value));
    arguments.addAll(List.of(options));
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments.toArray(String[]::new));
  }
}

package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.topology.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The commands that serve beside a cluster that nobody answers on, until they are stopped. */
class ServingCommandsTest {
  private static final Path BUNDLE =
      Path.of(System.getProperty("refrag.root"), "models", "smollm2-135m-refrag");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern URL = Pattern.compile("(?:HTTP API|console) on (\\S+)");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource({
    "api, v1/models, '\"id\":\"smollm2-135m-refrag@'",
    "console, ., <title>refrag console</title>",
    "console, api/settings, '\"model\":\"smollm2-135m-refrag@'"
  })
  void serveUntilTheyAreStopped(String name, String path, String served) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(0)) {
      // Given
      Map<String, String> settings =
          Map.of(
              "kafka.bootstrap.servers",
              kafka.bootstrapServers(),
              "kafka.schema.registry.url",
              "mock://serving-commands-test");
      AppConfig config = AppConfig.load(null, Map.of(), settings);
      try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
        admin.create(Topics.required(config.topology()), Optional.empty());
      }
      // When
      Thread command = new Thread(() -> run(name, settings));
      command.start();
      await().atMost(PATIENCE).until(() -> URL.matcher(err.toString()).find());
      Matcher said = URL.matcher(err.toString());
      assertThat(said.find()).isTrue();
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create(said.group(1).replaceFirst("/?$", "/")).resolve(path))
                      .build(),
                  BodyHandlers.ofString());
      // Then
      assertThat(response.body()).contains(served);
      // When
      command.interrupt();
      command.join(PATIENCE.toMillis());
      // Then
      assertThat(command.isAlive()).isFalse();
    }
  }

  private void run(String name, Map<String, String> settings) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    String[] arguments = {
      name,
      "--bundle=" + BUNDLE,
      "--set=http.port=0",
      "--set=kafka.bootstrap.servers=" + settings.get("kafka.bootstrap.servers"),
      "--set=kafka.schema.registry.url=" + settings.get("kafka.schema.registry.url")
    };
    var unused = command.execute(arguments);
  }
}

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
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The commands that serve beside a cluster that nobody answers on, until they are stopped. */
class ServingCommandsTest {
  private static final Path BUNDLE =
      Path.of(System.getProperty("refrag.root"), "models", "smollm2-135m-refrag");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern URL = Pattern.compile("(?:HTTP API|console) on (\\S+)");

  private static final Pattern MANAGEMENT = Pattern.compile("health and metrics on (\\S+)");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource({
    "api, v1/models, '\"id\":\"smollm2-135m-refrag@'",
    "console, ., <title>refrag console</title>",
    "console, api/settings, '\"model\":\"smollm2-135m-refrag@'"
  })
  void serveUntilTheyAreStopped(String name, String path, String served) throws Exception {
    try (Served command = new Served(name)) {
      // Then
      assertThat(command.get(URL, path)).contains(served);
    }
  }

  @Test
  void theApiTellsHowItIs() throws Exception {
    try (Served command = new Served("api")) {
      // When
      assertThat(command.get(URL, "v1/models")).contains("smollm2");
      assertThat(command.get(URL, "v1/no-such-path")).contains("unknown-path");
      // Then
      assertThat(command.get(MANAGEMENT, "health/startup")).contains("\"status\":\"UP\"");
      assertThat(command.get(MANAGEMENT, "health/live")).contains("\"outputs\":\"ok\"");
      assertThat(command.get(MANAGEMENT, "health/ready"))
          .contains("\"status\":\"UP\"", "\"api\":\"listens\"");
      assertThat(command.get(MANAGEMENT, "requests/1")).contains("unknown-path");
      await()
          .atMost(PATIENCE)
          .until(() -> command.get(MANAGEMENT, "metrics").contains("status=\"404\""));
      assertThat(command.get(MANAGEMENT, "metrics"))
          .contains(
              "refrag_http_time_seconds_count{method=\"GET\",path=\"/v1/models\",status=\"200\"} 1",
              "refrag_http_time_seconds_count{method=\"unknown\",path=\"unknown\",status=\"404\"} 1",
              "refrag_http_open_requests 0.0");
    }
  }

  /** A command that runs beside an empty cluster, until it is closed. */
  private final class Served implements AutoCloseable {
    private final EmbeddedKafka kafka = EmbeddedKafka.start(0);
    private final Thread command;

    Served(String name) {
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
      command = new Thread(() -> run(name, settings));
      command.start();
      await().atMost(PATIENCE).until(() -> URL.matcher(err.toString()).find());
    }

    /** What is served at an address that the command has told. */
    String get(Pattern told, String path) throws Exception {
      Matcher said = told.matcher(err.toString());
      assertThat(said.find()).isTrue();
      URI address = URI.create(said.group(1).replaceFirst("/?$", "/")).resolve(path);
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
          .body();
    }

    @Override
    public void close() throws InterruptedException {
      command.interrupt();
      command.join(PATIENCE.toMillis());
      kafka.close();
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
      "--set=management.port=0",
      "--set=kafka.bootstrap.servers=" + settings.get("kafka.bootstrap.servers"),
      "--set=kafka.schema.registry.url=" + settings.get("kafka.schema.registry.url")
    };
    var unused = command.execute(arguments);
  }
}

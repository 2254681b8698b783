package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.topology.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process, with a small bundle. */
class RunCommandTest {
  private static final int TERMINATED = 128 + 15;

  private static final Path BUNDLE =
      Path.of(System.getProperty("refrag.root"), "model-runtime/src/test/resources/bundles/llama");

  @TempDir private Path state;

  @Test
  void closesEverythingWhenItIsToldToStop() throws IOException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(0)) {
      // Given
      Map<String, String> settings =
          Map.of(
              "kafka.bootstrap.servers", kafka.bootstrapServers(),
              "kafka.schema.registry.url", "mock://run-test",
              "kafka.state.dir", state.toString(),
              "management.port", "0",
              "topics.partitions", "1",
              "model.bundle", BUNDLE.toString(),
              "model.max-positions", "128",
              "model.kv-positions", "128");
      AppConfig config = AppConfig.load(null, Map.of(), settings);
      try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
        admin.create(Topics.required(config.topology()), Optional.empty());
      }
      Process process = run(settings);
      List<String> lines = new ArrayList<>();
      try (BufferedReader printed = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = printed.readLine(); line != null; line = printed.readLine()) {
          lines.add(line);
          // When
          if (line.startsWith("refrag: answering with ")) {
            // Unlike the process itself, its handle leaves the stream open.
            process.toHandle().destroy();
          }
        }
      }
      // Then
      assertThat(process.onExit().join().exitValue()).as("%s", lines).isEqualTo(TERMINATED);
      assertThat(lines).last().isEqualTo("refrag: stopped");
      assertThat(lines).anyMatch(line -> line.startsWith("refrag: answering with "));
    }
  }

  private static Process run(Map<String, String> settings) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("run"));
    settings.forEach((key, value) -> arguments.add("--set=" + key + "=" + value));
    return Programs.refrag(arguments).start();
  }
}

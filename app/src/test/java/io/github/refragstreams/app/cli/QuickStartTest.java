package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.docs.Page;
import io.github.refragstreams.app.docs.ShellLine;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.embedded.EmbeddedRegistry;
import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.SchemaRegistries;
import io.github.refragstreams.serde.SchemaRegistryClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * The commands that bring the program to one's own cluster, in the order in which a page tells
 * them.
 */
class QuickStartTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Path BUNDLE = Page.ROOT.resolve("models/smollm2-135m-refrag");

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/connect-your-pipeline.md"})
  void worksStepByStep(String page) throws IOException {
    Process serving = null;
    try (EmbeddedKafka kafka = EmbeddedKafka.start(0);
        SchemaRegistryClient schemas =
            SchemaRegistries.open(Map.of(EventSerdeConfig.URL, "mock://quick-start"));
        EmbeddedRegistry registry = EmbeddedRegistry.start(schemas, 0)) {
      // Given
      Files.writeString(file(), settings(kafka.bootstrapServers(), registry.url().toString()));
      List<List<String>> steps = steps(Path.of(page));
      assertThat(steps).extracting(step -> step.get(0)).contains("validate", "run", "ask");
      // When
      List<String> printed = new ArrayList<>();
      for (List<String> step : steps) {
        if (step.get(0).equals("run")) {
          serving = serve(step);
        } else {
          StringWriter out = new StringWriter();
          assertThat(run(step, out)).as("%s: %s", step, out).isEqualTo(ExitCodes.OK);
          printed.add(out.toString());
        }
      }
      // Then
      assertThat(printed).anyMatch(text -> text.contains("Ulaanbaatar"));
    } finally {
      if (serving != null) {
        serving.destroyForcibly().onExit().join();
      }
    }
  }

  /** Commands with the page's own file; without the one that wants a dead letter. */
  private static List<List<String>> steps(Path path) {
    return Page.all().stream()
        .filter(page -> page.path().equals(path))
        .flatMap(page -> page.blocks().stream())
        .filter(Page.Block::isShell)
        .flatMap(block -> block.commands().stream())
        .flatMap(line -> ShellLine.arguments(line).stream())
        .filter(arguments -> arguments.contains("refrag.yaml") && !arguments.contains("show"))
        .toList();
  }

  private String settings(String brokers, String registry) throws IOException {
    return """
        kafka:
          bootstrap.servers: %s
          schema.registry.url: %s
          state.dir: %s
        management.port: %d
        model.bundle: %s
        """
        .formatted(brokers, registry, folder.resolve("state"), freePort(), BUNDLE);
  }

  /** A process that answers by now. */
  private Process serve(List<String> arguments) throws IOException {
    Path log = folder.resolve("run.log");
    Process process = Programs.refrag(moved(arguments)).redirectOutput(log.toFile()).start();
    try {
      await()
          .atMost(PATIENCE)
          .failFast(() -> assertThat(process.isAlive()).as(Files.readString(log)).isTrue())
          .until(() -> Files.readString(log).contains("refrag: answering with "));
      return process;
    } catch (ConditionTimeoutException e) {
      process.destroyForcibly().onExit().join();
      throw e;
    }
  }

  private int run(List<String> arguments, StringWriter printed) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(printed, true));
    line.setErr(new PrintWriter(printed, true));
    return line.execute(moved(arguments).toArray(String[]::new));
  }

  /** The page's file lies in the test's folder. */
  private List<String> moved(List<String> arguments) {
    return arguments.stream()
        .map(word -> word.equals("refrag.yaml") ? file().toString() : word)
        .toList();
  }

  private Path file() {
    return folder.resolve("refrag.yaml");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}

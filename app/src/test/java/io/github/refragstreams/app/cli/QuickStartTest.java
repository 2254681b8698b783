package io.github.refragstreams.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.app.docs.Page;
import io.github.refragstreams.app.docs.ShellLine;
import io.github.refragstreams.app.embedded.EmbeddedKafka;
import io.github.refragstreams.app.embedded.EmbeddedRegistry;
import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.SchemaRegistries;
import io.github.refragstreams.serde.SchemaRegistryClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
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
  private final InputStream stdin = System.in;

  @AfterEach
  void giveStandardInputBack() {
    System.setIn(stdin);
  }

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
          serving = serve(step, "refrag: answering with ");
        } else {
          printed.add(printed(step));
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

  @Test
  void theTourAsksItsDemo() throws IOException {
    // Given: other ports than the page's, which another program may have
    Path page = Path.of("docs/tour.md");
    Map<String, String> ports =
        Map.of("9092", String.valueOf(freePort()), "8081", String.valueOf(freePort()));
    Files.writeString(folder.resolve("tour.yaml"), replaced(ports, Page.read(page).yaml()));
    List<List<String>> steps =
        commands(page).filter(arguments -> arguments.contains("tour.yaml")).toList();
    assertThat(steps)
        .extracting(step -> step.get(0))
        .containsExactly("ask", "chat", "dead-letters", "config");
    List<String> demo = commands(page).filter(each -> each.get(0).equals("demo")).findAny().get();
    List<String> arguments = new ArrayList<>();
    demo.forEach(word -> arguments.add(replaced(ports, word)));
    arguments.addAll(List.of("--no-console", "--bundle", BUNDLE.toString()));
    Process serving = serve(arguments, "refrag: schema registry on ");
    try {
      // When
      System.setIn(new ByteArrayInputStream("What is the capital of Peru?\n".getBytes(UTF_8)));
      StringBuilder printed = new StringBuilder();
      for (List<String> step : steps) {
        printed.append(printed(step));
      }
      // Then
      assertThat(printed).contains("Ulaanbaatar", "Lima", "tour.yaml");
    } finally {
      serving.destroyForcibly().onExit().join();
    }
  }

  /** Commands with the page's own file; without the one that wants a dead letter. */
  private static List<List<String>> steps(Path path) {
    return commands(path)
        .filter(arguments -> arguments.contains("refrag.yaml") && !arguments.contains("show"))
        .toList();
  }

  private static Stream<List<String>> commands(Path path) {
    return Page.read(path).blocks().stream()
        .filter(Page.Block::isShell)
        .flatMap(block -> block.commands().stream())
        .flatMap(line -> ShellLine.arguments(line).stream());
  }

  private static String replaced(Map<String, String> words, String text) {
    String changed = text;
    for (Map.Entry<String, String> each : words.entrySet()) {
      changed = changed.replace(each.getKey(), each.getValue());
    }
    return changed;
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
  private Process serve(List<String> arguments, String says) throws IOException {
    Path log = folder.resolve("serving.log");
    Process process = Programs.refrag(moved(arguments)).redirectOutput(log.toFile()).start();
    try {
      await()
          .atMost(PATIENCE)
          .failFast(() -> assertThat(process.isAlive()).as(Files.readString(log)).isTrue())
          .until(() -> Files.readString(log).contains(says));
      return process;
    } catch (ConditionTimeoutException e) {
      process.destroyForcibly().onExit().join();
      throw e;
    }
  }

  /** What a step prints, which has to work. */
  private String printed(List<String> step) {
    StringWriter printed = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(printed, true));
    line.setErr(new PrintWriter(printed, true));
    int status = line.execute(moved(step).toArray(String[]::new));
    assertThat(status).as("%s: %s", step, printed).isEqualTo(ExitCodes.OK);
    return printed.toString();
  }

  /** The page's files lie in the test's folder. */
  private List<String> moved(List<String> arguments) {
    return arguments.stream()
        .map(word -> word.endsWith(".yaml") ? folder.resolve(word).toString() : word)
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

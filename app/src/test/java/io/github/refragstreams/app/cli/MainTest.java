package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.app.docs.ShellLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void documentsItsExitCodes() {
    // When
    int status = run("--help");
    // Then
    assertThat(status).isEqualTo(ExitCodes.OK);
    assertThat(out.toString()).contains("Exit codes:", "the work failed");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpsWithEveryCommand(String command) {
    // When
    int status = run((command + " --help").split(" "));
    // Then
    assertThat(status).isEqualTo(ExitCodes.OK);
    assertThat(out.toString()).contains("Usage: refrag " + command, "For example:");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void givesExamplesThatAreUnderstood(String command) {
    // Given
    run((command + " --help").split(" "));
    String help = out.toString();
    List<String> examples = help.substring(help.indexOf("For example:")).lines().skip(1).toList();
    assertThat(examples).isNotEmpty();
    // When, Then
    for (String example : examples) {
      assertThat(example).contains("refrag " + command);
      List<String> words = ShellLine.words(example.substring(example.indexOf("refrag ") + 7));
      assertThatCode(() -> Main.commandLine().parseArgs(words.toArray(String[]::new)))
          .as(example)
          .doesNotThrowAnyException();
    }
  }

  static Stream<String> commands() {
    return commands("", Main.commandLine());
  }

  private static Stream<String> commands(String above, CommandLine command) {
    return command.getSubcommands().entrySet().stream()
        .flatMap(
            sub ->
                Stream.concat(
                    Stream.of(above + sub.getKey()),
                    commands(above + sub.getKey() + " ", sub.getValue())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--nope|refrag: Unknown option: '--nope' (see refrag --help)",
        "bench|refrag: choose a measurement (see refrag bench --help)",
        "ask|refrag: Missing required option: '--question=TEXT' (see refrag ask --help)",
        "run|refrag: kafka.bootstrap.servers is missing; kafka.schema.registry.url is missing",
        "ask --question x --k 0 --set kafka.bootstrap.servers=a:1|refrag: kafka.schema.registry.url"
            + " is missing",
        "topics --create|refrag: kafka.bootstrap.servers is missing",
        "reset|refrag: kafka.bootstrap.servers is missing",
        "bundle|refrag: choose show, verify or compare (see refrag bundle --help)",
        "bundle compare a|refrag: Missing required parameter: 'TO' (see refrag bundle compare"
            + " --help)",
        "chat --timeout 0|refrag: --timeout is 0; it must be at least 1",
        "topics --set topics.partition=3|refrag: --set: unknown key 'topics.partition'; did you"
            + " mean 'topics.partitions'?",
        "topics --set answer.deadline=5|refrag: --set: answer.deadline is '5'; expected a time such"
            + " as 500ms, 10s, 5m, 2h or 7d",
        "topics --config none.yaml|refrag: none.yaml: no such file",
        "demo --port 70000|refrag: --port is 70000; it must be from 0 to 65535",
        "demo --expand 2|refrag: --expand is 2.0; it must be from 0 to 1",
        "validate --bundle none|refrag: bundle none: manifest.json is missing",
        "eval --questions none --passages none|refrag: none: no such file",
        "eval --questions none --passages none --match time|refrag: --match: 'time' cannot be"
            + " matched; choose from positions, ttft",
        "eval --questions none --passages none --max-positions 90|refrag: --max-positions is 90; it"
            + " must be at least 96",
        "eval --questions none --passages none --systems best|refrag: --systems: 'best' is no"
            + " system; choose from refrag, compressed, full, none, top1, truncated, fewer,"
            + " only, shuffled",
      })
  void saysInOneLineWhatIsWrongWithTheUsage(String arguments, String message) {
    // When
    int status = run(arguments.split(" "));
    // Then
    assertThat(status).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString().strip()).isEqualTo(message);
  }

  @Test
  void refusesAnEmptyQuestion() {
    // When
    int status = run("demo", "--question", " ");
    // Then
    assertThat(status).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString().strip()).isEqualTo("refrag: --question is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--port", "--registry-port"})
  void refusesAPortInUseInOneLine(String option) throws IOException {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      // When
      int status = run("demo", option, String.valueOf(taken.getLocalPort()));
      // Then
      assertThat(status).isEqualTo(ExitCodes.USAGE);
      assertThat(err.toString().lines().toList())
          .singleElement()
          .asString()
          .startsWith("refrag: port " + taken.getLocalPort() + " on 127.0.0.1 cannot be bound");
    }
  }

  @Test
  void printsAStackTraceOnlyWhenAsked() {
    // When
    run("validate", "--bundle", "none", "--debug");
    // Then
    assertThat(err.toString()).contains("refrag: bundle none", "\tat io.github.refragstreams");
  }

  @Test
  void printsTheTopicsForPeopleAndMachines() throws IOException {
    // When
    run("topics", "--set", "topics.partitions=3");
    assertThat(out.toString()).contains("rag.queries", "refrag-requests-changelog");
    out.getBuffer().setLength(0);
    run("topics", "--json", "--set", "topics.partitions=3");
    // Then
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.at("/required/0/name").textValue()).isEqualTo("rag.queries");
    assertThat(json.at("/required/0/partitions").intValue()).isEqualTo(3);
    assertThat(json.at("/required/0/exact_partitions").booleanValue()).isTrue();
    assertThat(json.at("/created").isEmpty()).isTrue();
  }

  @Test
  void printsTheTopology() {
    // When
    int status = run("topology", "--set", "topics.queries=mine.queries");
    // Then
    assertThat(status).isEqualTo(ExitCodes.OK);
    assertThat(out.toString()).contains("Sub-topology: 0", "mine.queries", "chunk-embeddings");
  }

  @Test
  void printsTheTopologyAsAChartAndForMachines() throws IOException {
    // When
    run("topology", "--mermaid");
    assertThat(out.toString())
        .startsWith("flowchart LR\n")
        .contains("topic-rag.queries --> node-queries");
    out.getBuffer().setLength(0);
    run("topology", "--json");
    // Then
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("subtopologies")).hasSize(3);
    assertThat(json.findValuesAsText("name")).contains("encode", "answer", "queries");
    assertThat(json.at("/subtopologies/0/nodes/0/topics/0").textValue()).startsWith("rag.");
  }

  @Test
  void printsAScriptThatCompletesEveryCommand() {
    // When
    int status = run("completion");
    // Then
    assertThat(status).isEqualTo(ExitCodes.OK);
    assertThat(out.toString())
        .contains("complete -F _complete_refrag -o default refrag", "dead-letters", "--dry-run");
  }

  private int run(String... arguments) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }
}

package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole path with the default bundle, on very little load: nothing is lost, nothing leaks. */
class LoadCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BUNDLE =
      Path.of(System.getProperty("refrag.root"), "models", "smollm2-135m-refrag").toString();

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @Test
  void soaksWithoutLossAndWithoutLeaks() throws IOException {
    // Given
    Path result = folder.resolve("result.json");
    Path report = folder.resolve("report.md");
    // When
    int status =
        run(
            "bench",
            "load",
            "soak",
            "encoding",
            "--bundle=" + BUNDLE,
            "--questions=3",
            "--passages=1",
            "--positions=1024",
            "--max-answer-tokens=2",
            "--repetitions=1",
            "--seconds=120",
            "--out=" + result,
            "--report=" + report);
    // Then
    assertThat(status).as(err.toString()).isEqualTo(ExitCodes.OK);
    JsonNode json = JSON.readTree(result.toFile());
    JsonNode soak = json.requiredAt("/sections/soak");
    assertThat(soak.requiredAt("/figures/questions").intValue()).isPositive();
    assertThat(soak.requiredAt("/figures/unanswered").intValue()).isZero();
    assertThat(soak.requiredAt("/figures/answered twice").intValue()).isZero();
    assertThat(soak.requiredAt("/figures/dead letters").intValue()).isZero();
    assertThat(growth(soak, "heap after collection, MB")).isLessThan(30);
    assertThat(growth(soak, "threads")).isLessThan(20);
    assertThat(growth(soak, "open files")).isLessThan(200);
    assertThat(growth(soak, "native memory, MB")).isLessThan(300);
    assertThat(growth(soak, "state, MB")).isLessThan(100);
    JsonNode encoding = json.requiredAt("/sections/encoding/figures");
    assertThat(encoding.requiredAt("/stream of repetitions: encodings"))
        .isEqualTo(encoding.requiredAt("/stream of repetitions: distinct passages"));
    assertThat(json.requiredAt("/seed").intValue()).isEqualTo(7);
    assertThat(json.requiredAt("/command").textValue())
        .startsWith("./refrag bench load soak encoding ");
    assertThat(Files.readString(report)).contains("## soak", "slope per hour", "through Kafka");
    assertThat(out.toString()).contains("heap after collection, MB");
  }

  @Test
  void refusesASectionThatDoesNotExist() {
    // When
    int status = run("bench", "load", "nothing");
    // Then
    assertThat(status).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("nothing", "refrag bench load --help");
  }

  private static double growth(JsonNode soak, String what) {
    for (JsonNode row : soak.requiredAt("/rows")) {
      if (row.requiredAt("/what").textValue().equals(what)) {
        return row.requiredAt("/last").doubleValue() - row.requiredAt("/first").doubleValue();
      }
    }
    throw new AssertionError("no row " + what);
  }

  private int run(String... arguments) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }
}

package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoticesTest {
  @Test
  void areObjectsWhereTheLogIsForMachines() throws Exception {
    // When: it says what it does, and why it ends
    List<JsonNode> lines =
        run(
            "reset",
            "--json-logs",
            "--set=kafka.bootstrap.servers=127.0.0.1:1",
            "--set=kafka.default.api.timeout.ms=1000",
            "--set=kafka.request.timeout.ms=500");
    // Then
    assertThat(lines.get(lines.size() - 1).at("/level").textValue()).isEqualTo("ERROR");
    assertThat(lines.get(lines.size() - 1).at("/formattedMessage").textValue())
        .startsWith("Kafka at 127.0.0.1:1: no answer in time");
    // When: a mistake on the command line
    lines = run("--json-logs", "run", "--no-such-option");
    // Then
    assertThat(lines)
        .singleElement()
        .satisfies(
            line ->
                assertThat(line.at("/formattedMessage").textValue())
                    .startsWith("Unknown option: '--no-such-option'"));
  }

  /** Every line is an object. */
  private static List<JsonNode> run(String... arguments) throws Exception {
    Process process = Programs.refrag(List.of(arguments)).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isNotZero();
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : output.lines().toList()) {
      lines.add(json.readTree(line));
    }
    return lines;
  }
}

package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.app.config.AppConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConfigCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @Test
  void printsEverySettingWithItsOrigin() throws IOException {
    // Given
    Path file =
        write(
            """
            model:
              threads: 3

            kafka:
              bootstrap.servers: [one:1, two:2]
            """);
    // When
    int status = run("--config", file.toString(), "--set", "topics.partitions=6");
    // Then
    assertThat(status).isEqualTo(ExitCodes.OK);
    assertThat(out.toString().lines())
        .hasSize(AppConfig.keys().size() + 1)
        .contains(
            "model.threads: 3  # " + file + ":2",
            "kafka.bootstrap.servers: one:1,two:2  # " + file + ":5",
            "topics.partitions: 6  # --set",
            "model.device: cpu  # default");
  }

  /** As Helm writes them: it reads YAML 1.1. */
  @Test
  void printsOffWhereYamlHasMadeItABoolean() throws IOException {
    // Given
    Path file =
        write(
            """
            retriever.corpus: false
            topics.prefix: off
            http.cors-origins: false
            http.enabled: false
            """);
    // When
    run("--changed", "--config", file.toString());
    // Then
    assertThat(out.toString().lines())
        .contains(
            "retriever.corpus: off  # " + file + ":1",
            "topics.prefix: off  # " + file + ":2",
            "http.cors-origins: off  # " + file + ":3",
            "http.enabled: false  # " + file + ":4");
  }

  @Test
  void printsOnlyWhatIsSetWhenAsked() {
    // When
    run("--changed", "--set", "topics.partitions=6");
    // Then
    assertThat(out.toString().lines()).contains("topics.partitions: 6  # --set").hasSizeLessThan(5);
  }

  @Test
  void hidesSecretsWhereverTheyComeFrom() throws IOException {
    // Given
    Path secret = Files.writeString(folder.resolve("secret"), "hunter2-hunter2-hunter2\n");
    Path file =
        write(
            """
            http.token: ${file:%s}
            http.tls-store-password: hunter2
            kafka:
              sasl.jaas.config: org.example.Login required password="hunter2";
              schema.registry.url: http://me:hunter2@registry:8081
              basic.auth.user.info: me:hunter2
            """
                .formatted(secret));
    for (List<String> form : List.of(List.<String>of(), List.of("--json"), List.of("--changed"))) {
      // When
      List<String> arguments = new ArrayList<>(List.of("--config", file.toString()));
      arguments.addAll(form);
      int status = run(arguments.toArray(String[]::new));
      // Then
      assertThat(status).isEqualTo(ExitCodes.OK);
    }
    assertThat(out.toString())
        .doesNotContain("hunter2")
        .contains("http.token: ${file:" + secret + "}", "http://(hidden)@registry:8081");
  }

  @Test
  void printsForMachines() throws IOException {
    // When
    run("--json", "--set", "kafka.acks=all");
    // Then
    JsonNode settings = new ObjectMapper().readTree(out.toString()).path("settings");
    assertThat(settings).hasSizeGreaterThan(40);
    assertThat(settings.get(settings.size() - 1).toString())
        .isEqualTo("{\"name\":\"kafka.acks\",\"value\":\"all\",\"origin\":\"--set\"}");
  }

  @Test
  void refusesWhatOtherCommandsRefuse() throws IOException {
    // Given
    Path file = write("http.token: ${env:NO_SUCH_VARIABLE}\nmodel.threads: x\n");
    // When
    int status = run("--config", file.toString());
    // Then
    assertThat(status).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString().strip())
        .isEqualTo(
            "refrag: "
                + file
                + ":2: model.threads is 'x'; expected a whole number from 1 to 256; "
                + file
                + ":1: http.token refers to environment variable 'NO_SUCH_VARIABLE', which is not"
                + " set");
  }

  private Path write(String content) throws IOException {
    return Files.writeString(folder.resolve("refrag.yaml"), content);
  }

  private int run(String... arguments) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    String[] all = new String[arguments.length + 1];
    all[0] = "config";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return command.execute(all);
  }
}

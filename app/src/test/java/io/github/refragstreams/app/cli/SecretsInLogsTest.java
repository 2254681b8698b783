package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own, since how much is logged is decided once. */
class SecretsInLogsTest {
  @TempDir private Path folder;

  @Test
  void kafkasClientsTellNoSecretHoweverMuchTheyLog() throws IOException {
    // Given: a cluster that is not there, and everything on INFO
    Path secret = Files.writeString(folder.resolve("secret"), "hunter2-of-a-file\n");
    Path file =
        Files.writeString(
            folder.resolve("refrag.yaml"),
            """
            http.token: hunter2-hunter2-hunter2
            kafka:
              bootstrap.servers: 127.0.0.1:1
              default.api.timeout.ms: 200
              request.timeout.ms: 200
              security.protocol: SASL_PLAINTEXT
              sasl.mechanism: PLAIN
              sasl.jaas.config: org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="${file:%s}";
              ssl.key.password: hunter2
              schema.registry.url: http://u:hunter2@registry:8081
              basic.auth.user.info: u:hunter2
            """
                .formatted(secret));
    // When
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Drefrag.log.level=DEBUG",
                "-Drefrag.log.kafka.level=INFO",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "topics",
                "--create",
                "--debug",
                "--config",
                file.toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    // Then
    assertThat(process.onExit().join().exitValue()).as(printed).isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(printed)
        .contains(List.of("AdminClientConfig values", "sasl.jaas.config = [hidden]"))
        .doesNotContain("hunter2");
  }
}

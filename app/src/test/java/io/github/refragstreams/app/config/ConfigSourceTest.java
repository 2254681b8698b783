package io.github.refragstreams.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigSourceTest {
  private static final Key<Integer> THREADS =
      new Key<>("model.threads", ValueTypes.integer(1), 2, "Threads.");
  private static final Key<Duration> WAIT =
      new Key<>("model.batch-wait", ValueTypes.duration(), Duration.ofMillis(5), "Wait.");
  private static final Key<Integer> TOKEN =
      new Key<>("registry.token", ValueTypes.integer(0), 0, "A secret, of a type that can fail.");
  private static final List<Key<?>> KEYS = List.of(THREADS, WAIT, TOKEN);

  @TempDir private Path folder;

  @Test
  void takesDefaultsWhenNobodySetsAnything() {
    // When
    ConfigSource source = ConfigSource.of(null, Map.of("PATH", "x"), Map.of(), KEYS);
    // Then
    assertThat(source.get(THREADS)).isEqualTo(2);
    assertThat(source.get(WAIT)).isEqualTo(Duration.ofMillis(5));
    assertThat(source.sets(WAIT)).isFalse();
  }

  @Test
  void letsFlagsWinOverEnvironmentOverFile() throws IOException {
    // Given
    Path file = write("model:\n  threads: 3\n  batch-wait: 7ms\nregistry.token: 1\n");
    Map<String, String> environment =
        Map.of("REFRAG_MODEL_THREADS", "4", "REFRAG_MODEL_BATCH_WAIT", "8s");
    // When
    ConfigSource source = ConfigSource.of(file, environment, Map.of("model.threads", "5"), KEYS);
    // Then
    assertThat(source.get(THREADS)).isEqualTo(5);
    assertThat(source.get(WAIT)).isEqualTo(Duration.ofSeconds(8));
    assertThat(source.get(TOKEN)).isEqualTo(1);
  }

  @Test
  void handsEverythingBelowKafkaOn() throws IOException {
    // Given
    Path file =
        write(
            "kafka:\n"
                + "  bootstrap.servers: [a:1, b:2]\n"
                + "  linger.ms: 5\n"
                + "  producer:\n"
                + "    acks: all\n");
    // When
    ConfigSource source =
        ConfigSource.of(file, Map.of("REFRAG_KAFKA_SECURITY_PROTOCOL", "SSL"), Map.of(), KEYS);
    // Then
    assertThat(source.kafka())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "bootstrap.servers", "a:1,b:2",
                "linger.ms", "5",
                "producer.acks", "all",
                "security.protocol", "SSL"));
  }

  @Test
  void reportsAllMistakesTogether() throws IOException {
    // Given
    Path file = write("model:\n  thread: 3\n  batch-wait: 7 parsecs\n");
    ConfigSource source =
        ConfigSource.of(file, Map.of("REFRAG_MODEL_THREAD", "1"), Map.of("no", "x"), KEYS);
    // When, Then
    assertThatThrownBy(() -> source.build(s -> s.get(WAIT)))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(
            "environment: unknown variable 'REFRAG_MODEL_THREAD'; did you mean"
                + " 'REFRAG_MODEL_THREADS'?; "
                + file
                + ":2: unknown key 'model.thread'; did you mean 'model.threads'?; "
                + "--set: unknown key 'no'; "
                + file
                + ":3: model.batch-wait is '7 parsecs'; expected a time such as 500ms, 10s, 5m, 2h"
                + " or 7d");
  }

  @Test
  void reportsWhatARecordRefuses() {
    // Given
    ConfigSource source = ConfigSource.of(null, Map.of(), Map.of(), KEYS);
    // When, Then
    assertThatThrownBy(
            () ->
                source.build(
                    s -> {
                      throw new IllegalArgumentException("model.threads is too many");
                    }))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage("model.threads is too many");
  }

  @Test
  void neverRepeatsASecret() {
    // Given
    ConfigSource source =
        ConfigSource.of(null, Map.of(), Map.of("registry.token", "hunter2"), KEYS);
    // When, Then
    assertThatThrownBy(() -> source.build(s -> s.get(TOKEN)))
        .hasMessage("--set: registry.token is (hidden); expected a whole number, at least 0");
  }

  @Test
  void takesSecretsFromFilesAndTheEnvironment() throws IOException {
    // Given
    Path secret = Files.writeString(folder.resolve("secret"), "7\n");
    Path file =
        write(
            "registry.token: ${file:%s}\nkafka.sasl.jaas.config: Login password=\"${env:PW}\";\n"
                .formatted(secret));
    // When
    ConfigSource source = ConfigSource.of(file, Map.of("PW", "hunter2"), Map.of(), KEYS);
    // Then
    assertThat(source.get(TOKEN)).isEqualTo(7);
    assertThat(source.kafka()).containsEntry("sasl.jaas.config", "Login password=\"hunter2\";");
  }

  @Test
  void leavesValuesToKafkasProvidersWhereThereAreSome() {
    // When
    ConfigSource source =
        ConfigSource.of(
            null,
            Map.of(),
            Map.of("kafka.config.providers", "file", "kafka.ssl.key.password", "${file:/a:b}"),
            KEYS);
    // Then
    assertThat(source.kafka()).containsEntry("ssl.key.password", "${file:/a:b}");
  }

  @Test
  void showsNoContentOfAReferenceThatIsOfTheWrongType() throws IOException {
    // Given
    Path secret = Files.writeString(folder.resolve("secret"), "hunter2\n");
    ConfigSource source =
        ConfigSource.of(null, Map.of(), Map.of("model.threads", "${file:" + secret + "}"), KEYS);
    // When, Then
    assertThatThrownBy(() -> source.build(s -> s.get(THREADS)))
        .hasMessage(
            "--set: model.threads is '${file:"
                + secret
                + "}'; expected a whole number, at least 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model: [|:2: not valid YAML: ",
        "- a|: the file must be a map of keys and values",
        "model:|:1: model has no value; give one or remove the key",
        "a: 1\\na: 2|:2: not valid YAML: found duplicate key a",
        "a.b: 1\\na:\\n  b: 2|:3: a.b is set twice",
      })
  void refusesAFileThatIsNotAMap(String content, String message) throws IOException {
    // Given
    Path file = write(content.replace("\\n", "\n") + "\n");
    // When, Then
    assertThatThrownBy(() -> ConfigSource.of(file, Map.of(), Map.of(), KEYS))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith(file + message);
  }

  @Test
  void refusesAMissingFile() {
    assertThatThrownBy(() -> ConfigSource.of(folder.resolve("none.yaml"), Map.of(), Map.of(), KEYS))
        .hasMessageEndingWith("none.yaml: no such file");
  }

  private Path write(String content) throws IOException {
    return Files.writeString(folder.resolve("refrag.yaml"), content);
  }
}

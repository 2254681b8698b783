package io.github.refragstreams.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  private static final Path SCHEMA =
      Path.of(System.getProperty("refrag.root"), "deploy/helm/refrag/values.schema.json");

  @Test
  void everyPasswordOfKafkasClientsIsASecret() {
    // Given
    List<String> passwords = passwords();
    // When, Then
    assertThat(passwords).hasSizeGreaterThan(8).allMatch(Secrets::isSecret);
  }

  /** What is a secret here must not lie in the chart's ConfigMap, and nothing else is refused. */
  @Test
  void theChartTakesTheSameByReferenceOnly() throws IOException {
    // Given
    Predicate<String> kafka = patternOf("kafka", "settings").asPredicate();
    Predicate<String> http = patternOf("config", "http").asPredicate();
    List<String> parts =
        Stream.concat(Secrets.PARTS.stream(), Stream.of(Secrets.END)).map("some."::concat).toList();
    // When, Then
    assertThat(passwords()).allMatch(name -> kafka.test(name.substring("kafka.".length())));
    assertThat(parts).allMatch(kafka).allMatch(http);
    assertThat(
            definitions()
                .map(key -> key.name)
                .filter(kafka)
                .filter(name -> !Secrets.isSecret("kafka." + name)))
        .isEmpty();
    assertThat(AppConfig.keys().stream().map(Key::name).filter(name -> name.startsWith("http.")))
        .hasSizeGreaterThan(8)
        .allMatch(name -> http.test(name.substring("http.".length())) == Secrets.isSecret(name));
  }

  /** The path of a file is none. */
  @Test
  void theChartTakesThePathOfAKey() throws IOException {
    // Given
    String name = SaslConfigs.SASL_OAUTHBEARER_ASSERTION_PRIVATE_KEY_FILE;
    // When, Then
    assertThat(patternOf("kafka", "settings").matcher(name).find()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http.token",
        "http.tls-store-password",
        "kafka.basic.auth.user.info",
        "kafka.schema.registry.basic.auth.user.info",
        "kafka.bearer.auth.token",
        "kafka.schema.registry.ssl.keystore.password",
        "kafka.producer.sasl.jaas.config",
        "kafka.sasl.oauthbearer.client.credentials.client.secret",
        "kafka.sasl.oauthbearer.assertion.private.key.passphrase",
      })
  void knowsSecretsByTheirNames(String name) {
    assertThat(Secrets.isSecret(name)).isTrue();
    assertThat(Secrets.shown(name, "hunter2")).isEqualTo("(hidden)");
  }

  @ParameterizedTest
  @CsvSource({
    "http.tokens-file, /run/tokens",
    "topics.answer-tokens, rag.answer-tokens",
    "model.batch-tokens, 1024",
    "kafka.sasl.mechanism, SCRAM-SHA-512",
    "kafka.sasl.oauthbearer.token.endpoint.url, https://issuer/token",
    "kafka.basic.auth.credentials.source, USER_INFO",
    "kafka.ssl.truststore.location, /etc/ca.pem",
  })
  void showsEverythingElse(String name, String value) {
    assertThat(Secrets.isSecret(name)).isFalse();
    assertThat(Secrets.shown(name, value)).isEqualTo(value);
  }

  @Test
  void hidesUsersInAddresses() {
    // Given
    String urls = "https://me:hunter2@one:8081,https://two:8081";
    // When
    String shown = Secrets.shown("kafka.schema.registry.url", urls);
    // Then
    assertThat(shown).isEqualTo("https://(hidden)@one:8081,https://two:8081");
  }

  @Test
  void showsWhereASecretLiesOnlyWhereNothingElseIsWritten() {
    assertThat(Secrets.shown("http.token", "${file:/run/token}")).isEqualTo("${file:/run/token}");
    assertThat(Secrets.shown("http.token", "${env:A}x")).isEqualTo("(hidden)");
  }

  private static List<String> passwords() {
    return definitions()
        .filter(key -> key.type == ConfigDef.Type.PASSWORD)
        .map(key -> "kafka." + key.name)
        .distinct()
        .toList();
  }

  private static Stream<ConfigDef.ConfigKey> definitions() {
    return Stream.of(
            ProducerConfig.configDef(),
            ConsumerConfig.configDef(),
            AdminClientConfig.configDef(),
            StreamsConfig.configDef())
        .flatMap(definition -> definition.configKeys().values().stream());
  }

  /** Which names of a section the chart's schema takes for secrets. */
  private static Pattern patternOf(String section, String part) throws IOException {
    JsonNode names =
        new ObjectMapper()
            .readTree(SCHEMA.toFile())
            .at("/properties/" + section + "/properties/" + part + "/patternProperties");
    assertThat(names.size()).isOne();
    return Pattern.compile(names.fieldNames().next());
  }

  /** Every key of ours that is a secret, so that a new one is not forgotten. */
  @Test
  void ourOwnSecretsAreThese() {
    assertThat(AppConfig.keys().stream().map(Key::name).filter(Secrets::isSecret))
        .containsExactly("http.token", "http.tls-store-password");
  }
}

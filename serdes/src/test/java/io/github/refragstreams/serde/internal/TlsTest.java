package io.github.refragstreams.serde.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.serde.CompatibilityLevel;
import io.github.refragstreams.serde.RegistryException;
import io.github.refragstreams.serde.RegistryException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that asks for the client's certificate, and clients that do and do not have one. */
@TestInstance(Lifecycle.PER_CLASS)
class TlsTest {
  private Path folder;
  private Certificates certificates;
  private Path serverKeys;
  private Path clientKeys;
  private StubRegistry server;

  @BeforeAll
  void start(@TempDir Path temporary) throws IOException, GeneralSecurityException {
    folder = temporary;
    certificates = new Certificates(folder);
    serverKeys = certificates.keyStore("server");
    clientKeys = certificates.keyStore("client");
    server =
        new StubRegistry(
            Certificates.server(serverKeys, certificates.trustStore(clientKeys, "PKCS12")));
    server.on("GET /config", 200, "{\"compatibilityLevel\":\"FULL\"}");
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"JKS", "PKCS12"})
  void readsStores(String type) throws IOException, GeneralSecurityException {
    // Given
    Map<String, Object> settings = new HashMap<>(clientStore());
    settings.put("ssl.truststore.type", type);
    settings.put("ssl.truststore.location", certificates.trustStore(serverKeys, type).toString());
    settings.put("ssl.truststore.password", Certificates.PASSWORD);
    // Then
    assertThat(level(settings)).isEqualTo(CompatibilityLevel.FULL);
  }

  @Test
  void readsPemFiles() throws IOException, GeneralSecurityException {
    // Given
    Path trust =
        Files.writeString(folder.resolve("trust.pem"), Certificates.certificatePem(serverKeys));
    Path key = Files.writeString(folder.resolve("key.pem"), Certificates.keyPem(clientKeys));
    // Then
    assertThat(
            level(
                Map.of(
                    "ssl.truststore.type",
                    "PEM",
                    "ssl.truststore.location",
                    trust.toString(),
                    "ssl.keystore.type",
                    "PEM",
                    "ssl.keystore.location",
                    key.toString())))
        .isEqualTo(CompatibilityLevel.FULL);
  }

  @Test
  void isRefusedWithoutAKey() throws IOException, GeneralSecurityException {
    assertUnavailable(trustPem());
  }

  @Test
  void trustsNobodyElse() {
    assertUnavailable(clientStore());
  }

  @Test
  void leavesKafkasOwnStoresToKafka() {
    // Given
    Map<String, String> settings =
        Map.of(
            "schema.registry.url",
            server.authority("https://"),
            "ssl.truststore.location",
            "/not/there");
    // Then
    assertThat(new RestConfig(settings).tls()).isEmpty();
  }

  @Test
  void namesAStoreThatCannotBeRead() throws IOException, GeneralSecurityException {
    // Given
    String store = certificates.trustStore(serverKeys, "PKCS12").toString();
    // Then
    assertRefused("/not/there", Map.of("ssl.truststore.location", folder + "/not/there"));
    assertRefused(
        store,
        Map.of(
            "ssl.truststore.type", "PKCS12",
            "ssl.truststore.location", store,
            "ssl.truststore.password", "wr0ng"));
  }

  @Test
  void doesNotStopCheckingHostNames() {
    assertRefused(
        "schema.registry.ssl.endpoint.identification.algorithm",
        Map.of("ssl.endpoint.identification.algorithm", ""));
  }

  private Map<String, Object> clientStore() {
    return Map.of(
        "ssl.keystore.type",
        "PKCS12",
        "ssl.keystore.location",
        clientKeys.toString(),
        "ssl.keystore.password",
        Certificates.PASSWORD);
  }

  private Map<String, Object> trustPem() throws IOException, GeneralSecurityException {
    return Map.of(
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.certificates",
        Certificates.certificatePem(serverKeys));
  }

  private CompatibilityLevel level(Map<String, Object> tls) {
    try (RestRegistry client = new RestRegistry(config(tls))) {
      return client.globalCompatibility();
    }
  }

  private void assertUnavailable(Map<String, Object> tls) {
    assertThatThrownBy(() -> level(tls))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining(server.authority("https://"))
        .satisfies(e -> assertThat(((RegistryException) e).kind()).isEqualTo(Kind.UNAVAILABLE));
  }

  private void assertRefused(String message, Map<String, Object> tls) {
    assertThatThrownBy(() -> config(tls))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("schema.registry.ssl.")
        .hasMessageContaining(message)
        .hasMessageNotContaining("wr0ng");
  }

  private RestConfig config(Map<String, Object> tls) {
    Map<String, Object> all = new HashMap<>();
    tls.forEach((key, value) -> all.put("schema.registry." + key, value));
    all.put("schema.registry.url", server.authority("https://"));
    all.put("max.retries", 0);
    return new RestConfig(all);
  }
}

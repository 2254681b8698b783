package io.github.refragstreams.app.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.serde.SchemaRegistries;
import io.github.refragstreams.serde.SchemaRegistryClient;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may register schemas. */
class EmbeddedRegistryTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final SchemaRegistryClient schemas =
      SchemaRegistries.open(Map.of("schema.registry.url", "mock://embedded-registry-test"));
  private final EmbeddedRegistry registry = EmbeddedRegistry.start(schemas, 0);

  @AfterEach
  void stop() {
    registry.close();
    schemas.close();
  }

  /** The types that pages of other sites may send without being asked are not among them. */
  @ParameterizedTest
  @CsvSource({
    "application/vnd.schemaregistry.v1+json, 200",
    "application/json; charset=utf-8, 200",
    "text/plain, 415",
    "text/plain; x=json, 415",
    "application/x-www-form-urlencoded, 415"
  })
  void takesSchemasAsJsonOnly(String type, int status) throws Exception {
    // Given
    HttpRequest request =
        HttpRequest.newBuilder(registry.url().resolve("/subjects/any-value/versions"))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString("{\"schema\": \"\\\"string\\\"\"}"))
            .build();
    // When, Then
    assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(status);
  }
}

package io.github.refragstreams.serde.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.serde.CompatibilityLevel;
import io.github.refragstreams.serde.RegisteredSchema;
import io.github.refragstreams.serde.RegistryException;
import io.github.refragstreams.serde.RegistryException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.config.ConfigException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestRegistryTest {
  private static final Schema SCHEMA =
      SchemaBuilder.record("a.R").fields().requiredInt("n").endRecord();
  private static final String SCHEMA_JSON =
      "{\"schema\":\"" + SCHEMA.toString().replace("\"", "\\\"") + "\"}";
  private static final String GET_7 = "GET /schemas/ids/7";
  private static final String UNKNOWN_ID =
      "{\"error_code\":40403,\"message\":\"Schema 7 not found\"}";

  private final StubRegistry server = new StubRegistry();
  private final AtomicLong clock = new AtomicLong();
  private final List<Duration> pauses = new ArrayList<>();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void registersOncePerSubjectAndSchema() {
    // Given
    server.on("POST /subjects/a%20b%2Fc-value/versions", 200, "{\"id\":7}");
    // When
    try (RestRegistry client = client()) {
      int id = client.register("a b/c-value", SCHEMA);
      int again = client.register("a b/c-value", SCHEMA);
      // Then
      assertThat(List.of(id, again)).containsExactly(7, 7);
    }
    assertThat(server.heard()).extracting(StubRegistry.Heard::body).containsExactly(SCHEMA_JSON);
  }

  @Test
  void fetchesASchemaOnce() {
    // Given
    server.on(GET_7, 200, SCHEMA_JSON);
    // When
    try (RestRegistry client = client()) {
      Schema first = client.schemaById(7);
      Schema second = client.schemaById(7);
      // Then
      assertThat(first).isEqualTo(SCHEMA).isSameAs(second);
    }
    assertThat(server.calls()).containsExactly(GET_7);
  }

  @Test
  void fetchesAVersionOnceAndTheLatestAnew() {
    // Given
    String answer = SCHEMA_JSON.replace("{\"schema\"", "{\"id\":7,\"version\":2,\"schema\"");
    server.on("GET /subjects/s/versions/2", 200, answer);
    server.on("GET /subjects/s/versions/latest", 200, answer);
    // When
    try (RestRegistry client = client()) {
      RegisteredSchema version = client.version("s", 2);
      client.version("s", 2);
      RegisteredSchema latest = client.latest("s");
      client.latest("s");
      // Then
      assertThat(version).isEqualTo(new RegisteredSchema("s", 2, 7, SCHEMA)).isEqualTo(latest);
    }
    assertThat(server.calls())
        .containsExactly(
            "GET /subjects/s/versions/2",
            "GET /subjects/s/versions/latest",
            "GET /subjects/s/versions/latest");
  }

  @Test
  void looksUpASchemaOnce() {
    // Given
    server.on("POST /subjects/s", 200, "{\"subject\":\"s\",\"id\":7,\"version\":3}");
    // When
    try (RestRegistry client = client()) {
      RegisteredSchema found = client.lookUp("s", SCHEMA);
      client.lookUp("s", SCHEMA);
      // Then
      assertThat(found).isEqualTo(new RegisteredSchema("s", 3, 7, SCHEMA));
    }
    assertThat(server.calls()).containsExactly("POST /subjects/s");
  }

  @Test
  void checksCompatibilityAndTakesAnEmptySubjectAsCompatible() {
    // Given
    server.on("POST /compatibility/subjects/s/versions", 200, "{\"is_compatible\":false}");
    server.on("POST /compatibility/subjects/new/versions", 404, "{\"error_code\":40401}");
    // Then
    try (RestRegistry client = client()) {
      assertThat(client.isCompatible("s", SCHEMA)).isFalse();
      assertThat(client.isCompatible("new", SCHEMA)).isTrue();
    }
  }

  @Test
  void readsAndWritesLevels() {
    // Given
    server.on("GET /config", 200, "{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}");
    server.on("GET /config/s", 200, "{\"compatibilityLevel\":\"NONE\"}");
    server.on("GET /config/t", 404, "{\"error_code\":40408}");
    server.on("PUT /config", 200, "{}");
    server.on("PUT /config/s", 200, "{}");
    // When
    try (RestRegistry client = client()) {
      client.setCompatibility("s", CompatibilityLevel.FULL);
      client.setGlobalCompatibility(CompatibilityLevel.NONE);
      // Then
      assertThat(client.globalCompatibility()).isEqualTo(CompatibilityLevel.FULL_TRANSITIVE);
      assertThat(client.compatibility("s")).isEqualTo(CompatibilityLevel.NONE);
      assertThat(client.compatibility("t")).isEqualTo(CompatibilityLevel.FULL_TRANSITIVE);
    }
    assertThat(server.heard())
        .extracting(StubRegistry.Heard::body)
        .startsWith("{\"compatibility\":\"FULL\"}", "{\"compatibility\":\"NONE\"}");
  }

  @Test
  void resolvesReferencesToOtherSubjects() {
    // Given
    server.on(
        GET_7,
        200,
        "{\"schema\":\"{\\\"type\\\":\\\"array\\\",\\\"items\\\":\\\"a.R\\\"}\","
            + "\"references\":[{\"name\":\"a.R\",\"subject\":\"r\",\"version\":1}]}");
    server.on("GET /subjects/r/versions/1", 200, SCHEMA_JSON);
    // When
    try (RestRegistry client = client()) {
      Schema schema = client.schemaById(7);
      // Then
      assertThat(schema).isEqualTo(Schema.createArray(SCHEMA));
    }
  }

  @Test
  void asksForAMissingIdAgainOnlyAfterAWhile() {
    // Given
    server.next(404, UNKNOWN_ID).on(GET_7, 200, SCHEMA_JSON);
    try (RestRegistry client = client()) {
      assertKind(Kind.NOT_FOUND, "code 40403: Schema 7 not found", () -> client.schemaById(7));
      // When
      clock.set(Duration.ofSeconds(10).toNanos() - 1);
      assertKind(Kind.NOT_FOUND, "code 40403: Schema 7 not found", () -> client.schemaById(7));
      int callsBefore = server.calls().size();
      clock.set(Duration.ofSeconds(10).toNanos());
      // Then
      assertThat(client.schemaById(7)).isEqualTo(SCHEMA);
      assertThat(callsBefore).isEqualTo(1);
      assertThat(server.calls()).hasSize(2);
    }
  }

  @Test
  void findsASchemaAsSoonAsItHasRegisteredIt() {
    // Given
    server.on("POST /subjects/s", 404, "{\"error_code\":40403}");
    server.on("POST /subjects/s/versions", 200, "{\"id\":7}");
    try (RestRegistry client = client()) {
      assertKind(Kind.NOT_FOUND, "40403", () -> client.lookUp("s", SCHEMA));
      // When
      client.register("s", SCHEMA);
      server.on("POST /subjects/s", 200, "{\"id\":7,\"version\":1}");
      // Then
      assertThat(client.lookUp("s", SCHEMA).version()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503})
  void triesAgainWithBackOff(int status) {
    // Given
    server.next(status, "").next(status, "").on(GET_7, 200, SCHEMA_JSON);
    // When
    try (RestRegistry client = client()) {
      Schema schema = client.schemaById(7);
      // Then
      assertThat(schema).isEqualTo(SCHEMA);
    }
    assertThat(server.calls()).hasSize(3);
    assertThat(pauses).containsExactly(Duration.ofMillis(200), Duration.ofMillis(400));
  }

  @Test
  void givesUpAfterItsRetries() {
    // Given
    server.next(500, "").next(500, "").next(500, "").on(GET_7, 200, SCHEMA_JSON);
    // Then
    try (RestRegistry client = client(Map.of("max.retries", 2))) {
      assertKind(
          Kind.UNAVAILABLE,
          "GET /schemas/ids/7 failed at [" + server.url() + "] in 3 rounds; last: ",
          () -> client.schemaById(7));
    }
    assertThat(server.calls()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({"400, REFUSED", "401, REFUSED", "403, REFUSED", "409, INCOMPATIBLE", "422, REFUSED"})
  void doesNotRepeatWhatWillNotPass(int status, Kind kind) {
    // Given
    server.next(status, "{\"error_code\":" + status + ",\"message\":\"because\"}");
    // Then
    try (RestRegistry client = client()) {
      assertKind(
          kind,
          "status " + status + ", code " + status + ": because",
          () -> client.register("s", SCHEMA));
    }
    assertThat(server.calls()).hasSize(1);
    assertThat(pauses).isEmpty();
  }

  @Test
  void doesNotTakeAWrongPathForAMissingSchema() {
    // Then
    try (RestRegistry client = client()) {
      assertKind(Kind.REFUSED, "status 404", () -> client.schemaById(7));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<html> | REFUSED | not with JSON; expected a schema registry",
        "'' | REFUSED | not with JSON; expected a schema registry",
        "{} | REFUSED | no field schema",
        "{\"schemaType\":\"JSON\",\"schema\":\"{}\"} | UNUSABLE | type JSON; expected AVRO",
        "{\"schema\":\"{\"} | UNUSABLE | a schema that Avro cannot read",
      })
  void tellsAnswersThatAreNoneOfARegistryFromSchemasThatAreNoneOfAvro(
      String body, Kind kind, String message) {
    // Given
    server.on(GET_7, 200, body);
    // Then
    try (RestRegistry client = client()) {
      assertKind(kind, message, () -> client.schemaById(7));
    }
  }

  @Test
  void failsOverAndStaysWithTheAddressThatAnswers() {
    // Given
    server.on(GET_7, 200, SCHEMA_JSON).on("GET /config", 200, "{\"compatibilityLevel\":\"NONE\"}");
    try (StubRegistry sick = new StubRegistry().next(503, "");
        RestRegistry client =
            client(
                Map.of(
                    "schema.registry.url",
                    StubRegistry.deadUrl() + ", " + sick.url() + "," + server.url() + "/"))) {
      // When
      Schema schema = client.schemaById(7);
      client.globalCompatibility();
      // Then
      assertThat(schema).isEqualTo(SCHEMA);
      assertThat(sick.calls()).containsExactly(GET_7);
      assertThat(server.calls()).containsExactly(GET_7, "GET /config");
      assertThat(pauses).isEmpty();
    }
  }

  @Test
  void saysThatNobodyIsThere() {
    // Given
    String url = StubRegistry.deadUrl();
    // Then
    try (RestRegistry client = client(Map.of("schema.registry.url", url, "max.retries", 1))) {
      assertKind(Kind.UNAVAILABLE, url + " cannot be reached", () -> client.schemaById(7));
    }
    assertThat(pauses).hasSize(1);
  }

  @Test
  void doesNotWaitForAnAnswerThatNeverEnds() {
    // Given
    server.nextStalls();
    // Then
    try (RestRegistry client = client(Map.of("http.read.timeout.ms", 100, "max.retries", 0))) {
      assertKind(Kind.UNAVAILABLE, "did not answer within 100 ms", () -> client.schemaById(7));
    }
  }

  @Test
  void leavesTheInterruptFlagSet() {
    // Given
    RestConfig config = config(Map.of("schema.registry.url", StubRegistry.deadUrl()));
    RestTransport transport =
        new RestTransport(
            config,
            wait -> {
              throw new InterruptedException();
            },
            () -> 1);
    try (RestRegistry client = new RestRegistry(config, transport, clock::get)) {
      // Then
      assertKind(Kind.UNAVAILABLE, "interrupted", () -> client.schemaById(7));
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void refusesBadNumbersByName() {
    assertThatThrownBy(() -> config(Map.of("max.retries", -1)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("max.retries")
        .hasMessageContaining("-1")
        .hasMessageContaining("at least 0");
    assertThatThrownBy(() -> config(Map.of("http.read.timeout.ms", "10s")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("http.read.timeout.ms")
        .hasMessageContaining("10s");
  }

  private RestRegistry client() {
    return client(Map.of());
  }

  private RestRegistry client(Map<String, ?> settings) {
    RestConfig config = config(settings);
    return new RestRegistry(config, new RestTransport(config, pauses::add, () -> 1), clock::get);
  }

  private RestConfig config(Map<String, ?> settings) {
    Map<String, Object> all = new HashMap<>(Map.of("schema.registry.url", server.url()));
    all.putAll(settings);
    return new RestConfig(all);
  }

  private static void assertKind(Kind kind, String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(((RegistryException) e).kind()).isEqualTo(kind));
  }
}

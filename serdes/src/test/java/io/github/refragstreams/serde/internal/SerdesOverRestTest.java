package io.github.refragstreams.serde.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.serde.EventSerdeException;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.serde.IncompatibleSchemaException;
import io.github.refragstreams.serde.RegistryException;
import io.github.refragstreams.serde.RegistryRefusedException;
import io.github.refragstreams.serde.RegistryUnavailableException;
import io.github.refragstreams.serde.UnknownSchemaException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SerdesOverRestTest {
  private static final String TOPIC = "rag.answer-tokens";
  private static final AnswerToken EVENT = new AnswerToken("q", "g", 0, "secret text", true);
  private static final byte[] WITH_ID_7 = ByteBuffer.allocate(20).putInt(1, 7).array();

  private StubRegistry server;
  private EventSerdes serdes;

  @BeforeEach
  void start() {
    server = new StubRegistry();
    serdes = new EventSerdes(Map.of("schema.registry.url", server.url(), "max.retries", 0));
  }

  @AfterEach
  void stop() {
    serdes.close();
    server.close();
  }

  @Test
  void asksOncePerTopicWhenWritingAndOncePerIdWhenReading() {
    // Given
    String schema = Schemas.published(AnswerToken.getClassSchema()).toString();
    server.on("POST /subjects/rag.answer-tokens-value/versions", 200, "{\"id\":7}");
    server.on("GET /schemas/ids/7", 200, "{\"schema\":\"" + schema.replace("\"", "\\\"") + "\"}");
    // When
    byte[] first = serdes.answerToken().serializer().serialize(TOPIC, EVENT);
    byte[] second = serdes.answerToken().serializer().serialize(TOPIC, EVENT);
    List<AnswerToken> read =
        List.of(
            serdes.answerToken().deserializer().deserialize(TOPIC, first),
            serdes.answerToken().deserializer().deserialize(TOPIC, second));
    // Then
    assertThat(read).containsExactly(EVENT, EVENT);
    assertThat(server.calls())
        .containsExactly("POST /subjects/rag.answer-tokens-value/versions", "GET /schemas/ids/7");
  }

  @Test
  void namesTopicAndAddressWhenTheRegistryIsDown() {
    // Given
    server.close();
    // Then
    assertFails(
        RegistryUnavailableException.class,
        "topic rag.answer-tokens: POST /subjects/",
        () -> serdes.answerToken().serializer().serialize(TOPIC, EVENT));
    assertFails(
        RegistryUnavailableException.class,
        "topic rag.answer-tokens, schema id 7: GET /schemas/ids/7 failed at [" + server.url(),
        () -> serdes.answerToken().deserializer().deserialize(TOPIC, WITH_ID_7));
  }

  @Test
  void readsTheSameRecordOnceTheRegistryIsBack() {
    // Given
    String schema = Schemas.published(AnswerToken.getClassSchema()).toString();
    server
        .next(503, "")
        .on("GET /schemas/ids/7", 200, "{\"schema\":\"" + schema.replace("\"", "\\\"") + "\"}");
    byte[] bytes = ByteBuffer.allocate(10).putInt(1, 7).array();
    assertThatThrownBy(() -> serdes.answerToken().deserializer().deserialize(TOPIC, bytes))
        .isInstanceOf(RegistryUnavailableException.class);
    // When
    AnswerToken read = serdes.answerToken().deserializer().deserialize(TOPIC, bytes);
    // Then
    assertThat(read).isEqualTo(new AnswerToken("", "", 0, "", false));
  }

  @Test
  void tellsAMissingSchemaFromARefusal() {
    // Given
    server
        .next(404, "{\"error_code\":40403,\"message\":\"Schema not found\"}")
        .next(401, "{\"error_code\":401,\"message\":\"Unauthorized\"}");
    // Then
    assertFails(
        UnknownSchemaException.class,
        "schema id 7: GET " + server.url() + "/schemas/ids/7 answered with status 404",
        () -> serdes.answerToken().deserializer().deserialize(TOPIC, WITH_ID_7));
    assertFails(
        RegistryRefusedException.class,
        "answered with status 401, code 401: Unauthorized",
        () -> serdes.answerToken().serializer().serialize(TOPIC, EVENT));
  }

  /** Another serializer of the same registry frames its records alike. */
  @Test
  void blamesTheRecordForASchemaThatIsNoneOfAvroAndNobodyForOneToWriteWith() {
    // Given
    String json = "{\"schemaType\":\"JSON\",\"schema\":\"{}\",\"id\":7,\"version\":1}";
    server
        .on("GET /schemas/ids/7", 200, json)
        .on("GET /subjects/rag.answer-tokens-value/versions/latest", 200, json);
    // Then
    assertFails(
        IncompatibleSchemaException.class,
        "schema id 7: /schemas/ids/7 answers with a schema of type JSON; expected AVRO",
        () -> serdes.answerToken().deserializer().deserialize(TOPIC, WITH_ID_7));
    Map<String, Object> latest =
        Map.of(
            "schema.registry.url",
            server.url(),
            "auto.register.schemas",
            false,
            "use.latest.version",
            true);
    try (EventSerdes writing = new EventSerdes(latest)) {
      assertFails(
          RegistryRefusedException.class,
          "answers with a schema of type JSON; expected AVRO",
          () -> writing.answerToken().serializer().serialize(TOPIC, EVENT));
    }
  }

  private static void assertFails(
      Class<? extends EventSerdeException> type, String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isExactlyInstanceOf(type)
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("secret text")
        .hasCauseInstanceOf(RegistryException.class);
  }
}

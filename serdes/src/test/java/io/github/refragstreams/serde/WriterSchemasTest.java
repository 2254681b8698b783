package io.github.refragstreams.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.serde.internal.InMemoryRegistry;
import io.github.refragstreams.serde.internal.Schemas;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class WriterSchemasTest {
  private static final String TOPIC = "rag.answer-tokens";
  private static final String SUBJECT = TOPIC + "-value";
  private static final Schema OWN = Schemas.published(AnswerToken.getClassSchema());
  private static final Schema NEWER =
      new Schema.Parser()
          .parse(
              OWN.toString()
                  .replace(
                      "\"fields\":[",
                      "\"fields\":[{\"name\":\"logprob\",\"type\":\"float\",\"default\":-1.0},"));

  private final InMemoryRegistry registry = new InMemoryRegistry();

  @Test
  void registersItsSchemaByDefault() {
    // When
    byte[] bytes = write(Map.of());
    // Then
    assertThat(registry.latest(SUBJECT).schema()).isEqualTo(OWN);
    assertThat(id(bytes)).isEqualTo(registry.latest(SUBJECT).id());
  }

  @Test
  void registersEvenWhenLatestIsAskedForToo() {
    // Given
    registry.register(SUBJECT, NEWER);
    // When
    byte[] bytes = write(Map.of("use.latest.version", true));
    // Then
    assertThat(id(bytes)).isEqualTo(registry.lookUp(SUBJECT, OWN).id());
  }

  @Test
  void looksUpWhenItMayNotRegister() {
    // Given
    int id = registry.register(SUBJECT, OWN);
    registry.register(SUBJECT, NEWER);
    // When
    byte[] bytes = write(Map.of("auto.register.schemas", "false"));
    // Then
    assertThat(id(bytes)).isEqualTo(id);
  }

  @Test
  void failsWhenItMayNotRegisterAndTheSubjectLacksItsSchema() {
    // Given
    registry.register(SUBJECT, NEWER);
    // Then
    assertThatThrownBy(() -> write(Map.of("auto.register.schemas", false)))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessageContaining("topic rag.answer-tokens: subject rag.answer-tokens-value");
    assertThat(registry.latest(SUBJECT).version()).isEqualTo(1);
  }

  @Test
  void namesTheSubjectThatRefusesItsSchema() {
    // Given
    registry.register(SUBJECT, new Schema.Parser().parse("{\"type\":\"string\"}"));
    // Then
    assertThatThrownBy(() -> write(Map.of()))
        .isInstanceOf(IncompatibleSchemaException.class)
        .hasMessageContaining("topic rag.answer-tokens: subject rag.answer-tokens-value");
  }

  @Test
  void convertsToTheNewestSchema() throws IOException {
    // Given
    registry.register(SUBJECT, OWN);
    int newest = registry.register(SUBJECT, NEWER);
    // When
    byte[] bytes = write(Map.of("auto.register.schemas", false, "use.latest.version", true));
    // Then
    assertThat(id(bytes)).isEqualTo(newest);
    GenericRecord read =
        new GenericDatumReader<GenericRecord>(NEWER)
            .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));
    assertThat(read.get("logprob")).isEqualTo(-1f);
    assertThat(read.get("index")).isEqualTo(3);
    assertThat(serde(Map.of()).deserializer().deserialize(TOPIC, bytes))
        .isEqualTo(Events.answerToken());
  }

  @Test
  void refusesANewestSchemaThatCannotHoldItsEvents() {
    // Given
    registry.setGlobalCompatibility(CompatibilityLevel.NONE);
    String required = NEWER.toString().replace(",\"default\":-1.0", "");
    int id = registry.register(SUBJECT, new Schema.Parser().parse(required));
    // Then
    assertThatThrownBy(
            () -> write(Map.of("auto.register.schemas", false, "use.latest.version", true)))
        .isInstanceOf(IncompatibleSchemaException.class)
        .hasMessageContaining("topic rag.answer-tokens, schema id " + id)
        .hasMessageContaining("version 1 of subject rag.answer-tokens-value");
  }

  @Test
  void asksForTheNewestSchemaAgainWhenItsTimeIsUp() {
    // Given
    AtomicLong clock = new AtomicLong();
    WriterSchemas schemas =
        new WriterSchemas(
            registry,
            config(
                Map.of(
                    "auto.register.schemas", false,
                    "use.latest.version", true,
                    "latest.cache.ttl.sec", 10)),
            false,
            OWN,
            clock::get);
    int first = registry.register(SUBJECT, OWN);
    assertThat(schemas.forTopic(TOPIC).id()).isEqualTo(first);
    int second = registry.register(SUBJECT, NEWER);
    // When
    clock.set(Duration.ofSeconds(10).toNanos() - 1);
    int before = schemas.forTopic(TOPIC).id();
    clock.set(Duration.ofSeconds(10).toNanos());
    int after = schemas.forTopic(TOPIC).id();
    // Then
    assertThat(before).isEqualTo(first);
    assertThat(after).isEqualTo(second);
  }

  @Test
  void namesSubjectsAsConfigured() {
    // When
    write(
        Map.of(
            "value.subject.name.strategy",
            "io.confluent.kafka.serializers.subject.RecordNameStrategy"));
    write(Map.of("value.subject.name.strategy", "topic_record_name"));
    // Then
    assertThat(registry.latest(OWN.getFullName()).version()).isEqualTo(1);
    assertThat(registry.latest(TOPIC + "-" + OWN.getFullName()).version()).isEqualTo(1);
  }

  @Test
  void namesSubjectsOfKeysAfterTheTopicToo() {
    // Given
    String name = "mock://keys-of-writer-schemas-test";
    try (EventSerde<AnswerToken> serde = new EventSerde<>(AnswerToken.class);
        SchemaRegistryClient shared = SchemaRegistries.open(Map.of("schema.registry.url", name))) {
      serde.configure(Map.of("schema.registry.url", name), true);
      // When
      serde.serializer().serialize(TOPIC, Events.answerToken());
      // Then
      assertThat(shared.latest(TOPIC + "-key").schema()).isEqualTo(OWN);
    }
  }

  @Test
  void refusesBadSettingsByName() {
    assertThatThrownBy(() -> new EventSerdeConfig(Map.of("schema.registry.url", " ")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("schema.registry.url")
        .hasMessageContaining("mock://name");
    assertThatThrownBy(() -> config(Map.of("value.subject.name.strategy", "Mine")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("value.subject.name.strategy")
        .hasMessageContaining("Mine")
        .hasMessageContaining("TopicNameStrategy");
    assertThatThrownBy(() -> config(Map.of("auto.register.schemas", "maybe")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("auto.register.schemas");
    assertThatThrownBy(() -> new EventSerdeConfig(Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("schema.registry.url");
  }

  private byte[] write(Map<String, ?> settings) {
    return serde(settings).serializer().serialize(TOPIC, Events.answerToken());
  }

  private EventSerde<AnswerToken> serde(Map<String, ?> settings) {
    return new EventSerde<>(AnswerToken.class, registry, config(settings));
  }

  private static EventSerdeConfig config(Map<String, ?> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("schema.registry.url", "mock://unused");
    return new EventSerdeConfig(all);
  }

  private static int id(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getInt(1);
  }
}

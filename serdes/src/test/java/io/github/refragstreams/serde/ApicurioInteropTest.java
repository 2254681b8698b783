package io.github.refragstreams.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import io.github.refragstreams.schemas.Query;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our serdes and Apicurio's, over one real registry: the same bytes, read by each other. */
@ExtendWith(ApicurioRegistry.class)
class ApicurioInteropTest {
  private final ApicurioRegistry.Urls urls;
  private EventSerdes serdes;

  ApicurioInteropTest(ApicurioRegistry.Urls urls) {
    this.urls = urls;
  }

  @BeforeEach
  void open() {
    serdes = new EventSerdes(ApicurioRegistry.settings(urls));
  }

  @AfterEach
  void close() {
    serdes.close();
  }

  @ParameterizedTest
  @MethodSource("io.github.refragstreams.serde.EventCase#all")
  <T extends SpecificRecord> void writesTheSameBytesAndReadsTheirs(EventCase<T> event) {
    // Given
    Serde<T> ours = event.serde(serdes);
    String topic = "apicurio-" + event.topic();
    byte[] ourBytes = ours.serializer().serialize(topic, event.value());
    try (AvroKafkaSerializer<T> serializer = new AvroKafkaSerializer<>();
        AvroKafkaDeserializer<T> deserializer = new AvroKafkaDeserializer<>()) {
      serializer.configure(apicurio(Map.of("apicurio.registry.find-latest", true)), false);
      deserializer.configure(apicurio(Map.of()), false);
      // When
      byte[] theirBytes = serializer.serialize(topic, event.value());
      T theyRead = deserializer.deserialize(topic, ourBytes);
      // Then
      assertThat(ourBytes).isEqualTo(theirBytes);
      assertThat(theyRead).isEqualTo(event.value());
      assertThat(ours.deserializer().deserialize(topic, theirBytes)).isEqualTo(event.value());
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.refragstreams.serde.EventCase#all")
  <T extends SpecificRecord> void readsWhatTheyRegisteredThemselves(EventCase<T> event) {
    // Given
    String topic = "theirs-" + event.topic();
    try (AvroKafkaSerializer<T> serializer = new AvroKafkaSerializer<>()) {
      serializer.configure(apicurio(Map.of("apicurio.registry.auto-register", true)), false);
      // When
      byte[] bytes = serializer.serialize(topic, event.value());
      // Then
      assertThat(event.serde(serdes).deserializer().deserialize(topic, bytes))
          .isEqualTo(event.value());
    }
  }

  @Test
  void tellsTheFailuresOfARealRegistryApart() {
    // Given
    String topic = "failures";
    byte[] unknown = ByteBuffer.allocate(9).putInt(1, 987_654_321).array();
    try (SchemaRegistryClient registry = SchemaRegistries.open(ApicurioRegistry.settings(urls))) {
      registry.setCompatibility(topic + "-value", CompatibilityLevel.FULL_TRANSITIVE);
      registry.register(
          topic + "-value",
          SchemaBuilder.record(Query.getClassSchema().getFullName())
              .fields()
              .requiredString("other")
              .endRecord());
    }
    // Then
    assertThatThrownBy(() -> serdes.query().deserializer().deserialize(topic, unknown))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessageContaining("topic failures, schema id 987654321");
    assertThatThrownBy(() -> serdes.query().serializer().serialize(topic, Events.query()))
        .isInstanceOf(IncompatibleSchemaException.class)
        .hasMessageContaining("topic failures: POST ")
        .hasMessageContaining("/subjects/failures-value/versions answered with status 409");
  }

  private Map<String, Object> apicurio(Map<String, Object> more) {
    Map<String, Object> config =
        new HashMap<>(
            Map.of(
                "apicurio.registry.url",
                urls.core(),
                "apicurio.registry.artifact-resolver-strategy",
                "io.apicurio.registry.serde.strategy.TopicIdStrategy",
                "apicurio.registry.avro.datum-provider",
                "io.apicurio.registry.serde.avro.DefaultAvroDatumProvider",
                "apicurio.registry.use-specific-avro-reader",
                true));
    config.putAll(more);
    return config;
  }
}

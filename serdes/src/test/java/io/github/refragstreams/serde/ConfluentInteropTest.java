package io.github.refragstreams.serde;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our serdes and client, and Confluent's client, over one real registry: each finds the other's.
 */
@ExtendWith(ApicurioRegistry.class)
class ConfluentInteropTest {
  private static final Schema SMALL =
      SchemaBuilder.record("test.Small").fields().requiredInt("n").endRecord();
  private static final Schema GROWN =
      SchemaBuilder.record("test.Small").fields().requiredInt("n").optionalInt("m").endRecord();
  private static final Schema BROKEN =
      SchemaBuilder.record("test.Small").fields().requiredInt("n").requiredInt("m").endRecord();

  private final ApicurioRegistry.Urls urls;
  private SchemaRegistryClient ours;
  private ConfluentClient theirs;

  ConfluentInteropTest(ApicurioRegistry.Urls urls) {
    this.urls = urls;
  }

  @BeforeEach
  void open() {
    ours = SchemaRegistries.open(ApicurioRegistry.settings(urls));
    theirs = new ConfluentClient(urls.ccompat());
  }

  @AfterEach
  void close() {
    theirs.close();
    ours.close();
  }

  @ParameterizedTest
  @MethodSource("io.github.refragstreams.serde.EventCase#all")
  <T extends SpecificRecord> void writesTheSameBytesAndReadsTheirs(EventCase<T> event) {
    // Given
    String topic = "confluent-" + event.topic();
    Serde<T> serde = event.serde(new EventSerdes(ours, ApicurioRegistry.settings(urls)));
    // When
    byte[] ourBytes = serde.serializer().serialize(topic, event.value());
    byte[] theirBytes = theirs.copy(topic + "-value", ourBytes);
    // Then
    assertThat(theirBytes).isEqualTo(ourBytes);
    assertThat(serde.deserializer().deserialize(topic, theirBytes)).isEqualTo(event.value());
    int id = ByteBuffer.wrap(ourBytes).getInt(1);
    assertThat(theirs.schemaById(id)).isEqualTo(ours.latest(topic + "-value").schema().toString());
  }

  @Test
  void findsWhatTheyRegistered() {
    // When
    int first = theirs.register("c-theirs", SMALL.toString());
    int second = theirs.register("c-theirs", GROWN.toString());
    // Then
    assertThat(ours.schemaById(first)).isEqualTo(SMALL);
    assertThat(ours.lookUp("c-theirs", GROWN))
        .isEqualTo(new RegisteredSchema("c-theirs", 2, second, GROWN));
    assertThat(ours.latest("c-theirs")).isEqualTo(ours.version("c-theirs", 2));
    assertThat(ours.version("c-theirs", 1).schema()).isEqualTo(SMALL);
    assertThat(ours.register("c-theirs", SMALL)).isEqualTo(first);
  }

  @Test
  void registersWhatTheyFind() {
    // When
    int id = ours.register("c-ours", SMALL);
    // Then
    assertThat(theirs.schemaById(id)).isEqualTo(SMALL.toString());
    assertThat(theirs.id("c-ours", SMALL.toString())).isEqualTo(id);
  }

  @Test
  void agreesOnCompatibility() {
    // Given
    ours.register("c-level", SMALL);
    // When
    ours.setCompatibility("c-level", CompatibilityLevel.FULL_TRANSITIVE);
    // Then
    assertThat(theirs.compatibility("c-level")).isEqualTo("FULL_TRANSITIVE");
    assertThat(ours.isCompatible("c-level", GROWN)).isTrue();
    assertThat(theirs.testCompatibility("c-level", GROWN.toString())).isTrue();
    assertThat(ours.isCompatible("c-level", BROKEN)).isFalse();
    assertThat(theirs.testCompatibility("c-level", BROKEN.toString())).isFalse();
    assertThat(ours.isCompatible("c-not-there", BROKEN)).isTrue();
  }

  @Test
  void readsTheLevelThatTheySet() {
    // When
    theirs.setCompatibility("c-set", "FORWARD");
    // Then
    assertThat(ours.compatibility("c-set")).isEqualTo(CompatibilityLevel.FORWARD);
    assertThat(ours.compatibility("c-not-set")).isEqualTo(ours.globalCompatibility());
  }
}

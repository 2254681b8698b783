package io.github.refragstreams.serde.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.serde.CompatibilityLevel;
import io.github.refragstreams.serde.RegistryException;
import io.github.refragstreams.serde.RegistryException.Kind;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InMemoryRegistryTest {
  private static final Schema BASE =
      SchemaBuilder.record("R").fields().requiredInt("a").requiredInt("b").endRecord();
  private static final Schema FIELD_ADDED =
      SchemaBuilder.record("R")
          .fields()
          .requiredInt("a")
          .requiredInt("b")
          .requiredInt("c")
          .endRecord();
  private static final Schema FIELD_REMOVED =
      SchemaBuilder.record("R").fields().requiredInt("a").endRecord();
  private static final Schema DEFAULT_ADDED =
      SchemaBuilder.record("R")
          .fields()
          .requiredInt("a")
          .requiredInt("b")
          .name("c")
          .type()
          .intType()
          .intDefault(0)
          .endRecord();

  private final InMemoryRegistry registry = new InMemoryRegistry();

  @Test
  void givesOneIdToASchemaWhateverItsSubjects() {
    // When
    int id = registry.register("s", BASE);
    int again = registry.register("s", BASE);
    int elsewhere = registry.register("t", BASE);
    int other = registry.register("s", DEFAULT_ADDED);
    // Then
    assertThat(again).isEqualTo(id);
    assertThat(elsewhere).isEqualTo(id);
    assertThat(other).isNotEqualTo(id);
    assertThat(registry.schemaById(other)).isEqualTo(DEFAULT_ADDED);
    assertThat(registry.latest("s").version()).isEqualTo(2);
    assertThat(registry.version("s", 1).schema()).isEqualTo(BASE);
    assertThat(registry.lookUp("t", BASE).version()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, true, true, true",
    "BACKWARD, false, true, true",
    "FORWARD, true, false, true",
    "FULL, false, false, true",
    "FULL_TRANSITIVE, false, false, true",
  })
  void holdsNewSchemasToTheLevel(
      CompatibilityLevel level, boolean added, boolean removed, boolean withDefault) {
    // Given
    registry.register("s", BASE);
    // When
    registry.setCompatibility("s", level);
    // Then
    assertThat(registry.isCompatible("s", FIELD_ADDED)).isEqualTo(added);
    assertThat(registry.isCompatible("s", FIELD_REMOVED)).isEqualTo(removed);
    assertThat(registry.isCompatible("s", DEFAULT_ADDED)).isEqualTo(withDefault);
    assertThat(registry.isCompatible("empty", FIELD_ADDED)).isTrue();
  }

  @Test
  void looksPastTheLatestVersionOnlyWhenTransitive() {
    // Given
    registry.setCompatibility("s", CompatibilityLevel.NONE);
    registry.register("s", FIELD_REMOVED);
    registry.register("s", DEFAULT_ADDED);
    // When
    registry.setCompatibility("s", CompatibilityLevel.BACKWARD);
    boolean latestOnly = registry.isCompatible("s", BASE);
    registry.setCompatibility("s", CompatibilityLevel.BACKWARD_TRANSITIVE);
    boolean all = registry.isCompatible("s", BASE);
    // Then
    assertThat(latestOnly).isTrue();
    assertThat(all).isFalse();
  }

  @Test
  void refusesToRegisterAnIncompatibleSchemaByDefault() {
    // Given
    registry.register("s", BASE);
    // Then
    assertThat(registry.compatibility("s")).isEqualTo(CompatibilityLevel.BACKWARD);
    assertKind(Kind.INCOMPATIBLE, "subject s", () -> registry.register("s", FIELD_ADDED));
    assertThat(registry.latest("s").version()).isEqualTo(1);
  }

  @Test
  void prefersTheLevelOfTheSubject() {
    // When
    registry.setGlobalCompatibility(CompatibilityLevel.NONE);
    registry.setCompatibility("s", CompatibilityLevel.FULL);
    // Then
    assertThat(registry.globalCompatibility()).isEqualTo(CompatibilityLevel.NONE);
    assertThat(registry.compatibility("s")).isEqualTo(CompatibilityLevel.FULL);
    assertThat(registry.compatibility("t")).isEqualTo(CompatibilityLevel.NONE);
  }

  @Test
  void saysWhatIsNotThere() {
    // Given
    registry.register("s", BASE);
    // Then
    assertKind(Kind.NOT_FOUND, "id 2", () -> registry.schemaById(2));
    assertKind(Kind.NOT_FOUND, "subject t", () -> registry.latest("t"));
    assertKind(Kind.NOT_FOUND, "no version 2", () -> registry.version("s", 2));
    assertKind(Kind.NOT_FOUND, "R", () -> registry.lookUp("s", FIELD_ADDED));
  }

  private static void assertKind(Kind kind, String message, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(((RegistryException) e).kind()).isEqualTo(kind));
  }
}

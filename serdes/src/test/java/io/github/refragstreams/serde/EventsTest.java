package io.github.refragstreams.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.serde.internal.TrustedEvents;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.Schema.Field;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A field at its default would look the same if it were lost on the way. */
class EventsTest {
  @BeforeAll
  static void trustEvents() {
    // Default values are instances of events; whichever class runs first, Avro makes them.
    TrustedEvents.install();
  }

  @ParameterizedTest
  @MethodSource("io.github.refragstreams.serde.EventCase#all")
  <T extends SpecificRecord> void examplesHaveEveryFieldSet(EventCase<T> event) {
    assertThat(unset(event.value())).isEmpty();
  }

  /** Fields at their default in {@code value} and in what it has in it. */
  private static Stream<String> unset(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().flatMap(EventsTest::unset);
    }
    return value instanceof SpecificRecord record
        ? record.getSchema().getFields().stream().flatMap(field -> unset(record, field))
        : Stream.empty();
  }

  private static Stream<String> unset(SpecificRecord record, Field field) {
    Object value = record.get(field.pos());
    return field.hasDefaultValue()
            && Objects.equals(value, SpecificData.get().getDefaultValue(field))
        ? Stream.of(record.getSchema().getName() + "." + field.name())
        : unset(value);
  }
}

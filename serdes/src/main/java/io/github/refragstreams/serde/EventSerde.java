package io.github.refragstreams.serde;

import io.github.refragstreams.serde.internal.Schemas;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Serde of one kind of event, in Confluent's wire format. {@code null} is written and read as
 * {@code null} (a tombstone). Failures are {@link EventSerdeException}s.
 *
 * <p>Serializer and deserializer may be used by any number of threads. They talk to the registry on
 * the caller's thread, once per topic when writing and once per schema id when reading.
 *
 * @param <T> the generated class of the event
 */
public final class EventSerde<T extends SpecificRecord> implements Serde<T> {
  private final Class<T> type;
  private @Nullable SchemaRegistryClient owned;
  private @Nullable Serializer<T> serializer;
  private @Nullable Deserializer<T> deserializer;

  /** A serde that {@link #configure} must be called on before use. */
  public EventSerde(Class<T> type) {
    this.type = type;
  }

  /** A serde of values that is ready for use; the registry stays the caller's to close. */
  EventSerde(Class<T> type, SchemaRegistryClient registry, EventSerdeConfig config) {
    this.type = type;
    open(registry, config, false);
  }

  /**
   * Opens the registry that the configuration names; {@link #close} closes it.
   *
   * @param config see {@link EventSerdeConfig}; may hold any other keys
   * @throws org.apache.kafka.common.config.ConfigException naming key, value and expectation
   */
  @Override
  public void configure(Map<String, ?> config, boolean isKey) {
    close();
    SchemaRegistryClient registry = SchemaRegistries.open(config);
    owned = registry;
    open(registry, new EventSerdeConfig(config), isKey);
  }

  private void open(SchemaRegistryClient registry, EventSerdeConfig config, boolean key) {
    Schema own = Schemas.published(SpecificData.get().getSchema(type));
    WriterSchemas schemas = new WriterSchemas(registry, config, key, own, System::nanoTime);
    serializer = new EventSerializer<>(type, own, schemas);
    deserializer = new EventDeserializer<>(type, registry);
  }

  @Override
  public void close() {
    if (owned != null) {
      owned.close();
      owned = null;
    }
  }

  @Override
  public Serializer<T> serializer() {
    return configured(serializer);
  }

  @Override
  public Deserializer<T> deserializer() {
    return configured(deserializer);
  }

  private <V> V configured(@Nullable V part) {
    if (part == null) {
      throw new IllegalStateException(
          "the serde of " + type.getSimpleName() + " is not configured; call configure first");
    }
    return part;
  }
}

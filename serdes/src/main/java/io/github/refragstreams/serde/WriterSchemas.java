package io.github.refragstreams.serde;

import io.github.refragstreams.serde.internal.Schemas;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;

/**
 * Decides which schema the events of a topic are written with, and knows its id. Thread-safe; asks
 * the registry once per topic, and for a newest schema again when its time is up.
 */
final class WriterSchemas {
  /** What the registry said, and when, in nanoseconds of the clock. */
  private record Known(RegisteredId schema, long since) {}

  /**
   * A schema to write with.
   *
   * @param id its id
   * @param schema the schema
   * @param own whether it is the one that the event's class was made from
   */
  record RegisteredId(int id, Schema schema, boolean own) {}

  private final SchemaRegistryClient registry;
  private final EventSerdeConfig config;
  private final boolean key;
  private final Schema own;
  private final LongSupplier nanoTime;
  private final Map<String, Known> byTopic = new ConcurrentHashMap<>();

  WriterSchemas(
      SchemaRegistryClient registry,
      EventSerdeConfig config,
      boolean key,
      Schema own,
      LongSupplier nanoTime) {
    this.registry = registry;
    this.config = config;
    this.key = key;
    this.own = own;
    this.nanoTime = nanoTime;
  }

  /**
   * @throws EventSerdeException when the registry has no schema to write with
   */
  RegisteredId forTopic(String topic) {
    Known known = byTopic.get(topic);
    if (known == null || expired(known)) {
      // Not computeIfAbsent: the registry may take seconds, and other topics must not wait for it.
      known = new Known(ask(topic), nanoTime.getAsLong());
      byTopic.put(topic, known);
    }
    return known.schema();
  }

  private boolean expired(Known known) {
    return latest()
        && Duration.ofNanos(nanoTime.getAsLong() - known.since()).compareTo(config.latestTtl())
            >= 0;
  }

  private boolean latest() {
    return config.useLatest() && !config.autoRegister();
  }

  private RegisteredId ask(String topic) {
    String subject = config.naming(key).subject(topic, key, own);
    try {
      if (config.autoRegister()) {
        return new RegisteredId(registry.register(subject, own), own, true);
      }
      return config.useLatest()
          ? latest(topic, registry.latest(subject))
          : new RegisteredId(registry.lookUp(subject, own).id(), own, true);
    } catch (RegistryException e) {
      throw RegistryFailures.about(topic, null, e);
    }
  }

  private RegisteredId latest(String topic, RegisteredSchema latest) {
    Optional<String> incompatibility = Schemas.incompatibility(latest.schema(), own);
    if (incompatibility.isPresent()) {
      throw new IncompatibleSchemaException(
          topic,
          latest.id(),
          "version "
              + latest.version()
              + " of subject "
              + latest.subject()
              + ", the newest, cannot hold a "
              + own.getFullName()
              + " of this program: "
              + incompatibility.get(),
          null);
    }
    return new RegisteredId(latest.id(), latest.schema(), latest.schema().equals(own));
  }
}

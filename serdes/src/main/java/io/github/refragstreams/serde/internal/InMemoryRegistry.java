package io.github.refragstreams.serde.internal;

import io.github.refragstreams.serde.CompatibilityLevel;
import io.github.refragstreams.serde.RegisteredSchema;
import io.github.refragstreams.serde.RegistryException;
import io.github.refragstreams.serde.RegistryException.Kind;
import io.github.refragstreams.serde.SchemaRegistryClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/**
 * A registry that lives in this JVM and ends with it. Ids count from 1; a new one holds subjects to
 * BACKWARD, as Confluent's does. Clients of one name share one registry, and closing them keeps it.
 */
public final class InMemoryRegistry implements SchemaRegistryClient {
  private static final Map<String, InMemoryRegistry> BY_NAME = new ConcurrentHashMap<>();

  // All guarded by this. INVARIANT: schemas.get(n - 1) has id n.
  private final List<Schema> schemas = new ArrayList<>();
  private final Map<String, Integer> idsByText = new HashMap<>();
  private final Map<String, List<RegisteredSchema>> subjects = new LinkedHashMap<>();
  private final Map<String, CompatibilityLevel> levels = new HashMap<>();
  private CompatibilityLevel globalLevel = CompatibilityLevel.BACKWARD;

  /** The registry of this name, made by the first who asks. */
  public static InMemoryRegistry named(String name) {
    return BY_NAME.computeIfAbsent(name, n -> new InMemoryRegistry());
  }

  @Override
  public synchronized int register(String subject, Schema schema) {
    Optional<RegisteredSchema> known = find(subject, schema);
    if (known.isPresent()) {
      return known.get().id();
    }
    incompatibility(subject, schema)
        .ifPresent(
            reason -> {
              throw new RegistryException(
                  Kind.INCOMPATIBLE,
                  "subject " + subject + " does not take the new schema: " + reason);
            });
    int id =
        idsByText.computeIfAbsent(
            schema.toString(),
            text -> {
              schemas.add(schema);
              return schemas.size();
            });
    List<RegisteredSchema> versions = subjects.computeIfAbsent(subject, s -> new ArrayList<>());
    versions.add(new RegisteredSchema(subject, versions.size() + 1, id, schema));
    return id;
  }

  @Override
  public synchronized Schema schemaById(int id) {
    if (id < 1 || id > schemas.size()) {
      throw notFound("no schema has id " + id);
    }
    return schemas.get(id - 1);
  }

  @Override
  public synchronized RegisteredSchema version(String subject, int version) {
    List<RegisteredSchema> versions = versions(subject);
    if (version < 1 || version > versions.size()) {
      throw notFound("subject " + subject + " has no version " + version);
    }
    return versions.get(version - 1);
  }

  @Override
  public synchronized RegisteredSchema latest(String subject) {
    List<RegisteredSchema> versions = versions(subject);
    if (versions.isEmpty()) {
      throw notFound("there is no subject " + subject);
    }
    return versions.get(versions.size() - 1);
  }

  @Override
  public synchronized RegisteredSchema lookUp(String subject, Schema schema) {
    return find(subject, schema)
        .orElseThrow(
            () -> notFound("subject " + subject + " does not hold this " + schema.getFullName()));
  }

  @Override
  public synchronized boolean isCompatible(String subject, Schema schema) {
    return incompatibility(subject, schema).isEmpty();
  }

  @Override
  public synchronized CompatibilityLevel compatibility(String subject) {
    return levels.getOrDefault(subject, globalLevel);
  }

  @Override
  public synchronized void setCompatibility(String subject, CompatibilityLevel level) {
    levels.put(subject, level);
  }

  @Override
  public synchronized CompatibilityLevel globalCompatibility() {
    return globalLevel;
  }

  @Override
  public synchronized void setGlobalCompatibility(CompatibilityLevel level) {
    globalLevel = level;
  }

  @Override
  public void close() {}

  private List<RegisteredSchema> versions(String subject) {
    return subjects.getOrDefault(subject, List.of());
  }

  private Optional<RegisteredSchema> find(String subject, Schema schema) {
    String text = schema.toString();
    return versions(subject).stream()
        .filter(version -> version.schema().toString().equals(text))
        .findFirst();
  }

  private Optional<String> incompatibility(String subject, Schema schema) {
    CompatibilityLevel level = compatibility(subject);
    List<RegisteredSchema> versions = versions(subject);
    List<RegisteredSchema> counted =
        level.transitive() || versions.isEmpty()
            ? versions
            : versions.subList(versions.size() - 1, versions.size());
    return counted.stream()
        .flatMap(version -> incompatibility(level, version.schema(), schema).stream())
        .findFirst();
  }

  private static Optional<String> incompatibility(
      CompatibilityLevel level, Schema older, Schema newer) {
    Optional<String> backward =
        level.backward() ? Schemas.incompatibility(newer, older) : Optional.empty();
    return backward.isPresent() || !level.forward()
        ? backward
        : Schemas.incompatibility(older, newer);
  }

  private static RegistryException notFound(String message) {
    return new RegistryException(Kind.NOT_FOUND, message);
  }
}

package io.github.refragstreams.app.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Avro schemas as people and documents want them. */
final class EventSchemas {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JAVA_STRING = "avro.java.string";
  private static final String TYPE = "type";

  private EventSchemas() {}

  /** A record, and the records and enumerations inside it, in the order in which they occur. */
  static List<Schema> named(Schema record) {
    Map<String, Schema> found = new LinkedHashMap<>();
    collect(record, found);
    return List.copyOf(found.values());
  }

  /** The types of a schema without what is only for Avro: {@code string or null}. */
  static String type(Schema schema) {
    return switch (schema.getType()) {
      case UNION ->
          schema.getTypes().stream()
              .sorted((a, b) -> Boolean.compare(isNull(a), isNull(b)))
              .map(EventSchemas::type)
              .collect(Collectors.joining(" or "));
      case ARRAY -> "list of " + type(schema.getElementType());
      case RECORD, ENUM -> "`" + schema.getName() + "`";
      default ->
          schema.getLogicalType() == null
              ? schema.getType().getName()
              : schema.getType().getName() + ", " + schema.getLogicalType().getName();
    };
  }

  /** The schema as its {@code .avsc} file has it, as a tree of maps, lists and values. */
  static Object tree(Schema schema) {
    try {
      return Objects.requireNonNull(published(JSON.readValue(schema.toString(), Object.class)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Avro wrote a schema that is not JSON", e);
    }
  }

  /** What a field has where a writer does not set it; empty where a writer must. */
  static Optional<String> defaultOf(Schema.Field field) {
    Object value = field.defaultVal();
    if (value == null) {
      return Optional.empty();
    }
    if (value == JsonProperties.NULL_VALUE) {
      return Optional.of("null");
    }
    return Optional.of(value instanceof byte[] ? "empty" : String.valueOf(value));
  }

  /** Generated classes add a hint about their string type, which is of no concern to others. */
  private static @Nullable Object published(@Nullable Object node) {
    if (node instanceof List<?> list) {
      return list.stream().map(EventSchemas::published).toList();
    }
    if (!(node instanceof Map<?, ?> map)) {
      return node;
    }
    if (map.containsKey(JAVA_STRING)) {
      return String.valueOf(map.get(TYPE));
    }
    Map<String, @Nullable Object> kept = new LinkedHashMap<>();
    map.forEach((name, value) -> kept.put(String.valueOf(name), published(value)));
    return kept;
  }

  private static void collect(Schema schema, Map<String, Schema> found) {
    switch (schema.getType()) {
      case RECORD -> {
        if (found.putIfAbsent(schema.getFullName(), schema) == null) {
          schema.getFields().forEach(field -> collect(field.schema(), found));
        }
      }
      case ENUM -> found.putIfAbsent(schema.getFullName(), schema);
      case UNION -> schema.getTypes().forEach(type -> collect(type, found));
      case ARRAY -> collect(schema.getElementType(), found);
      default -> {
        // Has no name, and no description of its own.
      }
    }
  }

  private static boolean isNull(Schema schema) {
    return schema.getType() == Schema.Type.NULL;
  }
}

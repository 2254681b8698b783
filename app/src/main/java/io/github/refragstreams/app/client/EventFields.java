package io.github.refragstreams.app.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Events as maps that JSON can be written from. */
public final class EventFields {
  private EventFields() {}

  /** The fields of an event by their names in the schema; times in ISO 8601. */
  public static Map<String, @Nullable Object> of(SpecificRecord event) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    event
        .getSchema()
        .getFields()
        .forEach(field -> values.put(field.name(), plain(event.get(field.pos()))));
    return values;
  }

  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof SpecificRecord event) {
      return of(event);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(EventFields::plain).toList();
    }
    return value == null || value instanceof Number || value instanceof Boolean
        ? value
        : value.toString();
  }
}

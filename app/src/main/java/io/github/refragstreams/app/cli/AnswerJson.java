package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.AnswerListener;
import io.github.refragstreams.schemas.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Answers for machines: nothing while they are generated, then the event's fields. */
final class AnswerJson implements AnswerListener {
  @Override
  public void onText(String text) {}

  @Override
  public void onRestart() {}

  @Override
  public void onPassageRefused(String code) {}

  /** The answer's fields by their names in the schema, with the question in front. */
  static Map<String, @Nullable Object> of(String question, Answer answer) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("question", question);
    values.putAll(fields(answer));
    return values;
  }

  /** The fields of an event by their names in the schema. */
  static Map<String, @Nullable Object> fields(SpecificRecord event) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    event
        .getSchema()
        .getFields()
        .forEach(field -> values.put(field.name(), plain(event.get(field.pos()))));
    return values;
  }

  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof SpecificRecord event) {
      return fields(event);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(AnswerJson::plain).toList();
    }
    return value == null || value instanceof Number || value instanceof Boolean
        ? value
        : value.toString();
  }
}

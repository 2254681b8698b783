package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.EventFields;
import io.github.refragstreams.schemas.Answer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers for machines. */
final class AnswerJson {
  private AnswerJson() {}

  /** The answer's fields by their names in the schema, with the question in front. */
  static Map<String, @Nullable Object> of(String question, Answer answer) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("question", question);
    values.putAll(EventFields.of(answer));
    return values;
  }
}

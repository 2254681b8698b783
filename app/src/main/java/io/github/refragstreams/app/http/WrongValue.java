package io.github.refragstreams.app.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A value that its field does not take. A text is repeated only where a number, a choice, or yes or
 * no is expected: elsewhere it may be a question or a passage.
 *
 * @param token its first one; null when it is not there
 * @param text of a value that is neither object nor array
 */
record WrongValue(@Nullable JsonToken token, String text) {
  private static final int MOST_CHARS = 40;

  /**
   * @param parser in front of the value
   */
  static WrongValue read(JsonParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    return new WrongValue(token, token == null || token.isStructStart() ? "" : parser.getText());
  }

  /**
   * @param field empty for the body itself
   * @param taken what the field takes
   */
  HttpProblem problem(String field, Class<?> taken) {
    Class<?> type = MethodType.methodType(taken).wrap().returnType();
    String said = " is " + told(type) + "; expected " + expected(type);
    return field.isEmpty()
        ? HttpProblem.invalid(null, "the body" + said)
        : HttpProblem.invalid(field, "'" + field + "'" + said);
  }

  private String told(Class<?> type) {
    if (token == null) {
      return "missing";
    }
    return switch (token) {
      case START_OBJECT -> "a JSON object";
      case START_ARRAY -> "a JSON array";
      case VALUE_STRING -> isScalar(type) ? "'" + shortened() + "'" : "a text";
      default -> shortened();
    };
  }

  private static boolean isScalar(Class<?> type) {
    return Number.class.isAssignableFrom(type) || type == Boolean.class || type.isEnum();
  }

  private String shortened() {
    return text.length() <= MOST_CHARS ? text : text.substring(0, MOST_CHARS) + "…";
  }

  private String expected(Class<?> type) {
    if (type == Integer.class) {
      return token == JsonToken.VALUE_NUMBER_INT
          ? "a whole number from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE
          : "a whole number";
    }
    if (Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (type == Boolean.class) {
      return "true or false";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(Object::toString)
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (type == String.class) {
      return "a text";
    }
    return Collection.class.isAssignableFrom(type) ? "a JSON array" : "a JSON object";
  }

  @Override
  public String toString() {
    return "WrongValue[" + token + "]";
  }
}

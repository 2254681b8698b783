package io.github.refragstreams.app.http;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.stream.Collectors;

/**
 * Bodies as JSON: records with names in {@code snake_case}. Lists hold no nulls, so that nobody who
 * reads one has to expect them.
 */
final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
          .build();

  private Json() {}

  static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Unknown fields are errors. */
  static <T> T read(byte[] body, Class<T> type) {
    return read(body, MAPPER.readerFor(type));
  }

  /** Unknown fields are ignored. */
  static <T> T readKnown(byte[] body, Class<T> type) {
    return read(
        body, MAPPER.readerFor(type).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES));
  }

  /**
   * @throws HttpProblem naming the field, or the place where the text is no JSON
   */
  private static <T> T read(byte[] body, ObjectReader reader) {
    try {
      T value = reader.readValue(body);
      if (value == null) {
        throw HttpProblem.invalid(null, "the body is null; expected a JSON object");
      }
      return value;
    } catch (UnrecognizedPropertyException e) {
      throw HttpProblem.invalid(
          path(e), "unknown field '" + path(e) + "'; known are " + e.getKnownPropertyIds());
    } catch (InvalidNullException e) {
      throw HttpProblem.invalid(
          path(e),
          "'"
              + path(e)
              + "' is null; expected "
              + (e.getTargetType() == String.class ? "a text" : "a JSON object"));
    } catch (JsonMappingException e) {
      if (e.getCause() instanceof JsonProcessingException cause
          && !(cause instanceof JsonMappingException)) {
        throw notJson(cause);
      }
      String field = path(e);
      throw field.isEmpty()
          ? HttpProblem.invalid(null, "the body is not the JSON object that was expected")
          : HttpProblem.invalid(field, "field '" + field + "' has a value of the wrong type");
    } catch (JsonProcessingException e) {
      throw notJson(e);
    } catch (IOException e) {
      throw HttpProblem.invalid(null, "the body cannot be read as JSON in UTF-8");
    }
  }

  private static HttpProblem notJson(JsonProcessingException failure) {
    return HttpProblem.invalid(
        null,
        "the body is not valid JSON (line "
            + failure.getLocation().getLineNr()
            + ", column "
            + failure.getLocation().getColumnNr()
            + ")");
  }

  private static String path(JsonMappingException failure) {
    return failure.getPath().stream()
        .map(
            step ->
                step.getFieldName() == null
                    ? "[" + step.getIndex() + "]"
                    : "." + step.getFieldName())
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
  }
}

package io.github.refragstreams.app.http;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.JsonPointerBasedFilter;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
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
   * @throws HttpProblem naming the field and its value, or the place where the text is no JSON
   */
  private static <T> T read(byte[] body, ObjectReader reader) {
    try {
      T value = reader.readValue(body);
      if (value == null) {
        throw new WrongValue(JsonToken.VALUE_NULL, "null").problem("", Object.class);
      }
      return value;
    } catch (UnrecognizedPropertyException e) {
      throw HttpProblem.invalid(
          path(e), "unknown field '" + path(e) + "'; known are " + e.getKnownPropertyIds());
    } catch (JsonMappingException e) {
      throw wrong(body, e);
    } catch (JsonProcessingException e) {
      throw notJson(e);
    } catch (IOException e) {
      throw unreadable();
    }
  }

  private static HttpProblem wrong(byte[] body, JsonMappingException failure) {
    Class<?> taken = Object.class;
    if (failure instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      taken = mismatch.getTargetType();
    } else if (failure.getCause() instanceof InputCoercionException outOfRange) {
      taken = outOfRange.getTargetType();
    } else if (failure.getCause() instanceof JsonProcessingException cause
        && !(cause instanceof JsonMappingException)) {
      return notJson(cause);
    }
    String field = path(failure);
    try {
      WrongValue given = given(body, failure);
      return field.isEmpty() && given.token() == JsonToken.START_OBJECT
          ? HttpProblem.invalid(null, "the body goes on behind its JSON object; expected its end")
          : given.problem(field, taken);
    } catch (IOException e) {
      return unreadable();
    }
  }

  /** Read once more: a value that is not taken is lost with its parser. */
  private static WrongValue given(byte[] body, JsonMappingException failure) throws IOException {
    JsonPointer place = JsonPointer.empty();
    for (JsonMappingException.Reference step : failure.getPath()) {
      place =
          step.getFieldName() == null
              ? place.appendIndex(step.getIndex())
              : place.appendProperty(step.getFieldName());
    }
    try (JsonParser parser = MAPPER.createParser(body)) {
      return WrongValue.read(
          place.matches()
              ? parser
              : new FilteringParserDelegate(
                  parser,
                  new JsonPointerBasedFilter(place),
                  TokenFilter.Inclusion.ONLY_INCLUDE_ALL,
                  false));
    }
  }

  private static HttpProblem unreadable() {
    return HttpProblem.invalid(null, "the body cannot be read as JSON in UTF-8");
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

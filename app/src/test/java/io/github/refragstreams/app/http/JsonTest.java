package io.github.refragstreams.app.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that a field does not take are named with what was expected; texts stay unsaid. */
class JsonTest {
  enum Size {
    SMALL,
    LARGE
  }

  record Item(
      @Nullable String text,
      @Nullable Integer count,
      @Nullable Double weight,
      @Nullable Boolean fragile,
      @Nullable Size size) {}

  record Order(int number, @Nullable List<Item> items, @Nullable List<String> notes) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"number": "first"}              | number          | 'number' is 'first'; expected a whole number
          {"number": true}                 | number          | 'number' is true; expected a whole number
          {"number": null}                 | number          | 'number' is null; expected a whole number
          {"number": [1]}                  | number          | 'number' is a JSON array; expected a whole number
          {"number": {"a": 1}}             | number          | 'number' is a JSON object; expected a whole number
          {"number": 12345678901}          | number          | 'number' is 12345678901; expected a whole number from -2147483648 to 2147483647
          {"items": [{}, {"count": "ten"}]} | items[1].count | 'items[1].count' is 'ten'; expected a whole number
          {"items": [{"weight": "heavy"}]} | items[0].weight | 'items[0].weight' is 'heavy'; expected a number
          {"items": [{"fragile": "very"}]} | items[0].fragile | 'items[0].fragile' is 'very'; expected true or false
          {"items": [{"size": "huge"}]}    | items[0].size   | 'items[0].size' is 'huge'; expected one of SMALL, LARGE
          {"items": [{"size": [1]}]}       | items[0].size   | 'items[0].size' is a JSON array; expected one of SMALL, LARGE
          {"items": [{"text": {"a": "secret"}}]} | items[0].text | 'items[0].text' is a JSON object; expected a text
          {"items": "a secret"}            | items           | 'items' is a text; expected a JSON array
          {"items": 7}                     | items           | 'items' is 7; expected a JSON array
          {"items": ["a secret"]}          | items[0]        | 'items[0]' is a text; expected a JSON object
          {"items": [null]}                | items[0]        | 'items[0]' is null; expected a JSON object
          {"notes": ["a", ["secret"]]}     | notes[1]        | 'notes[1]' is a JSON array; expected a text
          {"notes": [null]}                | notes[0]        | 'notes[0]' is null; expected a text
          "a secret"                       |                 | the body is a text; expected a JSON object
          [{"number": 1}]                  |                 | the body is a JSON array; expected a JSON object
          null                             |                 | the body is null; expected a JSON object
          {"number": 1} {}                 |                 | the body goes on behind its JSON object; expected its end
          """)
  void namesAWrongValueAndWhatWasExpected(String body, @Nullable String field, String detail) {
    // When
    HttpProblem problem = problem(body);
    // Then
    assertThat(problem.detail()).isEqualTo(detail);
    assertThat(problem.field()).isEqualTo(field);
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.detail()).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({"40, ''", "41, …"})
  void namesNoMoreOfAValueThanPeopleRead(int chars, String end) {
    // When
    HttpProblem problem = problem("{\"number\": \"" + "x".repeat(chars) + "\"}");
    // Then
    assertThat(problem.detail())
        .isEqualTo("'number' is '" + "x".repeat(40) + end + "'; expected a whole number");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                               | the body is missing; expected a JSON object
          {"items": [{"count": 1,}]}       | the body is not valid JSON (line 1, column 24)
          {"number": 1, "number": 2}       | the body is not valid JSON (line 1, column 23)
          """)
  void saysWhereABodyIsNoJson(String body, String detail) {
    assertThat(problem(body).detail()).isEqualTo(detail);
  }

  private static HttpProblem problem(String body) {
    return catchThrowableOfType(
        HttpProblem.class, () -> Json.read(body.getBytes(UTF_8), Order.class));
  }
}

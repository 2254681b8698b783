package io.github.refragstreams.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The description is well-formed and holds its own examples; {@link ApiTest} holds the server to
 * it.
 */
class OpenApiTest {
  private static final List<String> METHODS = List.of("get", "post", "delete", "put", "patch");

  private final JsonNode document = new ObjectMapper().valueToTree(OpenApi.document());

  /** Method and path of all operations. */
  static Set<String> operations(JsonNode document) {
    Set<String> operations = new TreeSet<>();
    document
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        name -> {
                          if (METHODS.contains(name)) {
                            operations.add(name.toUpperCase(Locale.ROOT) + " " + path.getKey());
                          }
                        }));
    return operations;
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    // When
    List<String> references = document.findValuesAsText("$ref");
    // Then
    assertThat(references).hasSizeGreaterThan(40);
    assertThat(references)
        .allSatisfy(
            reference -> assertThat(document.at(reference.substring(1)).isObject()).isTrue());
  }

  @Test
  void everySchemaIsASchema() {
    // Given
    var metaSchema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    // When, Then
    assertThat(document.at("/components/schemas").properties())
        .hasSizeGreaterThan(15)
        .allSatisfy(
            schema ->
                assertThat(metaSchema.validate(schema.getValue())).as(schema.getKey()).isEmpty());
  }

  @Test
  void itsExamplesFitItsSchemas() {
    // Given
    JsonNode content = document.at("/paths/~1v1~1ask/post/requestBody/content/application~1json");
    // When, Then
    assertThat(content.get("examples").properties())
        .hasSize(2)
        .allSatisfy(example -> Schemas.assertValid("AskRequest", example.getValue().get("value")));
  }

  @Test
  void everyOperationTellsWhatTheServerItselfMayAnswer() {
    // When
    List<JsonNode> responses = document.get("paths").findValues("responses");
    // Then
    assertThat(responses)
        .hasSameSizeAs(operations(document))
        .allSatisfy(
            each ->
                assertThat(each.fieldNames())
                    .toIterable()
                    .contains("401", "421", "429", "500", "503"));
  }

  @Test
  void operationsHaveNamesOfTheirOwn() {
    assertThat(document.findValuesAsText("operationId"))
        .doesNotHaveDuplicates()
        .hasSameSizeAs(operations(document));
  }
}

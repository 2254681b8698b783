package io.github.refragstreams.app.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class AsyncApiTest {
  private static final Path ROOT = Path.of(System.getProperty("refrag.root"));
  private static final ObjectMapper JSON = new ObjectMapper();

  private String file = "";
  private JsonNode document = JSON.nullNode();

  @BeforeEach
  void read() throws IOException {
    file = Files.readString(ROOT.resolve("docs/reference/asyncapi.yaml"));
    document = JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(file));
  }

  @Test
  void isWhatTheCodeSays() {
    assertThat(file)
        .as("run: ./refrag events-reference --asyncapi > docs/reference/asyncapi.yaml")
        .isEqualTo(AsyncApi.yaml());
  }

  @Test
  void fitsTheSchemaOfAsyncApi() throws IOException {
    // Given
    JsonSchema official;
    try (InputStream in = AsyncApiTest.class.getResourceAsStream("/asyncapi/schema-3.0.0.json")) {
      official =
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
              .getSchema(new String(Objects.requireNonNull(in).readAllBytes(), UTF_8));
    }
    // When, Then
    assertThat(official.validate(document)).isEmpty();
    assertThat(official.validate(with("/components/messages/Query", "payloads", "none")))
        .as("a field that AsyncAPI does not know")
        .isNotEmpty();
    assertThat(official.validate(with("/operations/receive-queries", "action", "read")))
        .as("an action that AsyncAPI does not know")
        .isNotEmpty();
    assertThat(official.validate(with("/components/messages/Query/payload/schema", "type", "row")))
        .as("a payload that is no Avro")
        .isNotEmpty();
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    // When
    List<String> references = document.findValuesAsText("$ref");
    // Then
    assertThat(references)
        .hasSizeGreaterThan(15)
        .allSatisfy(
            reference -> assertThat(document.at(reference.substring(1)).isObject()).isTrue());
  }

  @Test
  void payloadsAreTheSchemasOfTheEvents() {
    assertThat(EventTopics.defaults().stream().flatMap(topic -> topic.value().stream()))
        .hasSize(5)
        .allSatisfy(
            schema -> {
              JsonNode payload =
                  document.at("/components/messages/" + schema.getName() + "/payload/schema");
              assertThat(payload.toString()).doesNotContain("avro.java.string");
              assertThat(new Schema.Parser().parse(payload.toString()))
                  .isEqualTo(published(schema));
            });
  }

  @Test
  void itsVersionIsThatOfTheNewestReleasedEvents() throws IOException {
    try (Stream<Path> released = Files.list(ROOT.resolve("schemas/src/test/released"))) {
      assertThat(released.map(folder -> folder.getFileName().toString()).max(String::compareTo))
          .contains(document.at("/info/version").textValue());
    }
  }

  private JsonNode with(String path, String name, String value) {
    JsonNode copy = document.deepCopy();
    ((ObjectNode) copy.at(path)).put(name, value);
    return copy;
  }

  /** As the file has it, without what generated classes add. */
  private static Schema published(Schema schema) {
    try {
      return new Schema.Parser()
          .parse(
              Files.readString(
                  ROOT.resolve("schemas/src/main/avro/" + schema.getName() + ".avsc")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

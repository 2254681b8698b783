package io.github.refragstreams.serde.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityResult;

/** What serdes and registries ask of Avro schemas. */
public final class Schemas {
  private static final String JAVA_STRING = "avro.java.string";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Schemas() {}

  /**
   * The schema as its {@code .avsc} file has it: generated classes add a hint about their string
   * type, which is of no concern to other languages and would make a second schema in the registry.
   */
  public static Schema published(Schema ofClass) {
    try {
      JsonNode json = JSON.readTree(ofClass.toString());
      removeJavaString(json);
      return new Schema.Parser().parse(json.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Avro wrote a schema that is not JSON", e);
    }
  }

  /** Why {@code reader} cannot read data of {@code writer}; empty when it can. */
  public static Optional<String> incompatibility(Schema reader, Schema writer) {
    SchemaCompatibilityResult result =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
    return result.getIncompatibilities().isEmpty()
        ? Optional.empty()
        : Optional.of(
            result.getIncompatibilities().stream()
                .map(i -> i.getType() + " at " + i.getLocation() + " (" + i.getMessage() + ")")
                .collect(Collectors.joining("; ")));
  }

  private static void removeJavaString(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(JAVA_STRING);
    }
    node.forEach(Schemas::removeJavaString);
  }
}

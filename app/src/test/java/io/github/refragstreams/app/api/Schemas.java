package io.github.refragstreams.app.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;

/** Bodies held against the schemas of the API's description. */
final class Schemas {
  private static final JsonNode DOCUMENT = new ObjectMapper().valueToTree(OpenApi.document());
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  private Schemas() {}

  /**
   * @param name of a schema among the components
   */
  static void assertValid(String name, JsonNode body) {
    assertThat(DOCUMENT.at("/components/schemas/" + name).isObject()).as(name).isTrue();
    ObjectNode schema = new ObjectMapper().createObjectNode();
    schema.put("$ref", "#/components/schemas/" + name);
    schema.set("components", DOCUMENT.get("components"));
    assertThat(FACTORY.getSchema(schema).validate(body)).as(name + " " + body).isEmpty();
  }
}

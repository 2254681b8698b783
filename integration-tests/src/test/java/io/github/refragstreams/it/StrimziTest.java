package io.github.refragstreams.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The manifests of deploy/strimzi are what Strimzi's own model of its resources has. */
class StrimziTest {
  private static final Path FOLDER = Path.of("..", "deploy", "strimzi");

  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "Kafka", Kafka.class,
          "KafkaNodePool", KafkaNodePool.class,
          "KafkaTopic", KafkaTopic.class,
          "KafkaUser", KafkaUser.class);

  /** Strimzi keeps fields that it does not know; here they are errors. */
  private final ObjectMapper mapper =
      new YAMLMapper()
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated member) {
                  return false;
                }
              })
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  @ParameterizedTest
  @CsvSource({"kafka.yaml,2", "topics.yaml,6", "users.yaml,4"})
  void knowsEveryField(String file, int count) throws IOException {
    // Given
    List<JsonNode> documents = new ArrayList<>();
    try (var values =
        mapper.readerFor(JsonNode.class).<JsonNode>readValues(FOLDER.resolve(file).toFile())) {
      values.forEachRemaining(documents::add);
    }
    // When, Then
    assertThat(documents).hasSize(count);
    for (JsonNode document : documents) {
      assertThat(document.path("apiVersion").asText()).isEqualTo("kafka.strimzi.io/v1");
      Class<?> kind = KINDS.get(document.path("kind").asText());
      assertThat(kind).as(document.path("kind").asText()).isNotNull();
      assertThat(mapper.treeToValue(document, kind)).isNotNull();
    }
  }

  @Test
  void seesWhatStrimziDoesNotKnow() {
    String topic = "kind: KafkaTopic\nspec: {partitions: 6, replica: 3}";
    assertThatThrownBy(() -> mapper.readValue(topic, KafkaTopic.class))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("replica");
  }
}

package io.github.refragstreams.app.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.acls.Role;
import io.github.refragstreams.topology.TopicNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class EventsReferenceTest {
  @Test
  void isWhatTheReferencePageSays() throws IOException {
    // Given
    Path page = Path.of(System.getProperty("refrag.root"), "docs", "reference", "events.md");
    // When
    String generated = EventsReference.markdown();
    // Then
    assertThat(Files.readString(page))
        .as("run: ./refrag events-reference > docs/reference/events.md")
        .isEqualTo(generated);
  }

  @Test
  void everyTopicHasItsWritersAndReaders() {
    // Given
    TopicNames names = TopicNames.defaults();
    // When, Then
    assertThat(EventTopics.defaults())
        .hasSize(6)
        .allSatisfy(
            topic -> {
              assertThat(topic.writers()).as(topic.spec().name()).isNotEmpty();
              assertThat(topic.readers()).as(topic.spec().name()).isNotEmpty();
              assertThat(topic.readers().contains(Role.APPLICATION))
                  .as(topic.spec().name())
                  .isNotEqualTo(topic.writers().contains(Role.APPLICATION));
            });
    assertThat(EventTopics.defaults())
        .filteredOn(topic -> topic.spec().name().equals(names.passages()))
        .singleElement()
        .satisfies(topic -> assertThat(topic.writers()).contains(Role.RETRIEVER));
  }

  @Test
  void everyFieldSaysWhatItIs() {
    assertThat(EventTopics.defaults())
        .flatMap(topic -> topic.value().map(EventSchemas::named).stream().toList())
        .flatMap(schemas -> schemas)
        .hasSizeGreaterThan(10)
        .allSatisfy(schema -> assertThat(schema.getDoc()).as(schema.getName()).isNotBlank())
        .filteredOn(schema -> schema.getType() == Schema.Type.RECORD)
        .flatMap(Schema::getFields)
        .hasSizeGreaterThan(60)
        .allSatisfy(field -> assertThat(field.doc()).as(field.name()).isNotBlank());
  }
}

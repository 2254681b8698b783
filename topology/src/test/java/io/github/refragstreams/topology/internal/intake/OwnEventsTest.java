package io.github.refragstreams.topology.internal.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.serde.EventSerdeConfig;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.serde.UnknownSchemaException;
import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.internal.record.Incoming;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class OwnEventsTest {
  @Test
  void aSchemaThatIsMissingForWritingIsNotTheRecordsFault() {
    // Given
    Map<String, Object> settings =
        Map.of(
            EventSerdeConfig.URL,
            "mock://" + UUID.randomUUID(),
            EventSerdeConfig.AUTO_REGISTER,
            false);
    try (EventSerdes serdes = new EventSerdes(settings)) {
      DocumentRule rule =
          new DocumentRule(Limits.defaults(), serdes.document().serializer(), "documents");
      Incoming document = Incoming.unwritten(new Document("d", null, "a text"));
      // When, Then
      assertThatThrownBy(
              () ->
                  rule.accept(
                      document,
                      new RecordHeaders(),
                      (key, event, kind) -> assertThat(event).as("what is sent").isNull()))
          .isInstanceOf(StreamsException.class)
          .hasCauseInstanceOf(UnknownSchemaException.class);
    }
  }
}

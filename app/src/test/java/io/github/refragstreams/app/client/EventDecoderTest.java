package io.github.refragstreams.app.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.serde.RegistryUnavailableException;
import io.github.refragstreams.topology.TopicNames;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventDecoderTest {
  /** Well-formed but for a schema that no registry has. */
  private static final byte[] UNKNOWN_SCHEMA = {0, 0x7f, 0x7f, 0x7f, 0x7f, 1, 2, 3};

  private static final TopicNames TOPICS = TopicNames.defaults();

  @Test
  void whatIsNoEventOfItsTopicIsNone() {
    try (EventSerdes serdes =
        new EventSerdes(Map.of("schema.registry.url", "mock://event-decoder-test"))) {
      // Given
      EventDecoder decoder = new EventDecoder(TOPICS, serdes);
      RetrievedPassage passage =
          RetrievedPassage.newBuilder()
              .setQueryId("one")
              .setPassageId("p")
              .setRank(0)
              .setText("of iron")
              .build();
      byte[] written = serdes.passage().serializer().serialize(TOPICS.passages(), passage);
      // When, Then
      assertThat(decoder.decode(TOPICS.passages(), written)).contains(passage);
      for (byte[] bad : List.of(new byte[] {1, 2, 3}, UNKNOWN_SCHEMA, written)) {
        assertThat(decoder.decode(TOPICS.queries(), bad)).isEmpty();
      }
      assertThat(decoder.decode("elsewhere", written)).isEmpty();
    }
  }

  @Test
  void aRegistryThatIsAwayIsNoStatementAboutTheRecord() {
    // Given: nothing listens there
    Map<String, String> away =
        Map.of("schema.registry.url", "http://127.0.0.1:1", "schema.registry.max.retries", "0");
    try (EventSerdes serdes = new EventSerdes(away)) {
      EventDecoder decoder = new EventDecoder(TOPICS, serdes);
      // When, Then
      assertThatThrownBy(() -> decoder.decode(TOPICS.queries(), UNKNOWN_SCHEMA))
          .isInstanceOf(RegistryUnavailableException.class);
    }
  }
}

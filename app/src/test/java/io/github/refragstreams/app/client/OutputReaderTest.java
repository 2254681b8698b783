package io.github.refragstreams.app.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.TopicNames;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.Test;

/** What a reader tells of itself. */
class OutputReaderTest {
  private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("latest");

  @Test
  void tellsThatTheClusterRefusesItUntilItReadsAgain() {
    try (EventSerdes serdes =
            new EventSerdes(Map.of("schema.registry.url", "mock://output-reader-test"));
        OutputReader outputs = new OutputReader(TopicNames.defaults(), serdes, consumer)) {
      assertThat(outputs.reads()).as("before it reads").isFalse();
      // When
      consumer.setPollException(new SaslAuthenticationException("a new password"));
      outputs.reading();
      // Then
      await().until(() -> outputs.reads() && !outputs.canRead());
      // When: it tries again
      await().until(outputs::canRead);
      // Then
      assertThat(outputs.reads()).isTrue();
      outputs.close();
      assertThat(outputs.reads()).isFalse();
      assertThat(outputs.canRead()).isFalse();
    }
  }
}

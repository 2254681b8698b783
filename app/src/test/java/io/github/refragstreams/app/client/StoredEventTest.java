package io.github.refragstreams.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoredEventTest {
  @Test
  void aHeaderWithoutValueTellsNothing() {
    // Given
    ConsumerRecord<byte[], byte @Nullable []> stored =
        new ConsumerRecord<>("rag.queries", 0, 7, new byte[0], null);
    stored.headers().add("ce_time", null);
    // When
    StoredEvent event = StoredEvent.of(stored, null);
    // Then
    assertThat(event.at()).isEqualTo(Instant.ofEpochMilli(stored.timestamp()));
    assertThat(event.headers()).isEmpty();
  }
}

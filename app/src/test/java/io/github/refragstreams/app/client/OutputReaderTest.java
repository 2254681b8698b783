package io.github.refragstreams.app.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.DeadLetterHeaders;
import io.github.refragstreams.topology.TopicNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
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

  @Test
  void passesOverARecordThatBreaksWhatItIsReadWith() {
    TopicPartition letters = new TopicPartition(TopicNames.defaults().deadLetters(), 0);
    try (EventSerdes serdes =
            new EventSerdes(Map.of("schema.registry.url", "mock://output-reader-test"));
        OutputReader outputs = new OutputReader(TopicNames.defaults(), serdes, consumer)) {
      // Given
      OpenQuestion open = new OpenQuestion("q", "q");
      consumer.assign(List.of(letters));
      consumer.updateBeginningOffsets(Map.of(letters, 0L));
      consumer.seek(letters, 0);
      outputs.follow(open, AnswerListener.SILENT);
      // When: a header without value, as anybody may write it, and a value that is no event
      RecordHeaders headers = new RecordHeaders();
      headers.add(DeadLetterHeaders.TOPIC, null);
      consumer.addRecord(
          new ConsumerRecord<>(
              letters.topic(),
              0,
              0,
              0,
              TimestampType.CREATE_TIME,
              1,
              1,
              "q",
              new byte[] {1},
              headers,
              Optional.empty()));
      outputs.reading();
      // Then
      await().until(() -> consumer.position(letters) == 1);
      await().during(Duration.ofMillis(200)).until(outputs::canRead);
      assertThat(open.answer()).isNotDone();
    }
  }

  @Test
  void tellsAtOnceWhenNobodyReadsAnyMore() {
    try (EventSerdes serdes =
            new EventSerdes(Map.of("schema.registry.url", "mock://output-reader-test"));
        OutputReader outputs = new OutputReader(TopicNames.defaults(), serdes, consumer)) {
      // Given
      outputs.reading().close();
      OpenQuestion open = new OpenQuestion("q", "q");
      // When
      outputs.follow(open, AnswerListener.SILENT);
      // Then
      assertThat(open.answer()).isCompletedExceptionally();
    }
  }
}

package io.github.refragstreams.topology.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.topology.AnswerConfig;
import io.github.refragstreams.topology.DeadLetterHeaders;
import io.github.refragstreams.topology.Fakes;
import io.github.refragstreams.topology.Samples;
import io.github.refragstreams.topology.internal.record.Origin;
import io.github.refragstreams.topology.internal.store.Pending;
import io.github.refragstreams.topology.internal.store.PendingSerde;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class AskReaderTest {
  private static final long ARRIVED = Samples.NOW.toEpochMilli();

  private final AskReader reader = new AskReader(AnswerConfig.defaults(), new Fakes().models());

  @Test
  void readsTheDefaultDeadlineOfARestoredQueryFromItsFirstArrival() {
    // Given: it has failed since then
    Query query = Samples.query("q").setCreatedAt(Samples.NOW.minusSeconds(3_600)).build();
    Pending waiting = arrived().again(1, ARRIVED + 20_000);
    // When
    Ask restored = reader.read(query, throughTheStore(waiting));
    // Then
    assertThat(restored.deadlineAt())
        .isEqualTo(reader.read(query, arrived()).deadlineAt())
        .isEqualTo(ARRIVED + AnswerConfig.defaults().deadline().toMillis());
  }

  @Test
  void readsADeadlineThatWasAskedForFromTheQuestion() {
    // Given
    Query query =
        Samples.query("q").setCreatedAt(Samples.NOW.minusSeconds(5)).setDeadlineMs(7_000L).build();
    // When
    Ask restored = reader.read(query, throughTheStore(arrived()));
    // Then
    assertThat(restored.deadlineAt()).isEqualTo(ARRIVED + 2_000);
  }

  @Test
  void readsTheDeadlineOfAReplayedQueryFromItsArrival() {
    // Given
    Query query =
        Samples.query("q").setCreatedAt(Samples.NOW.minusSeconds(60)).setDeadlineMs(7_000L).build();
    Headers headers = new RecordHeaders().add(DeadLetterHeaders.REPLAY_OF, new byte[] {'1'});
    // When
    Ask restored = reader.read(query, throughTheStore(arrived(headers)));
    // Then
    assertThat(restored.deadlineAt()).isEqualTo(ARRIVED + 7_000);
  }

  private static Pending arrived() {
    return arrived(new RecordHeaders());
  }

  private static Pending arrived(Headers headers) {
    Origin origin = new Origin("queries", 0, 0, 0, new byte[0], new byte[0], headers);
    return Pending.since(ARRIVED, origin, null);
  }

  private static Pending throughTheStore(Pending pending) {
    PendingSerde serde = new PendingSerde();
    return serde.deserializer().deserialize("t", serde.serializer().serialize("t", pending));
  }
}

package io.github.refragstreams.topology.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.topology.internal.record.Origin;
import java.util.Arrays;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class PendingSerdeTest {
  private final PendingSerde serde = new PendingSerde();

  @Test
  void readsWhatItHasWritten() {
    // Given
    RecordHeaders headers = new RecordHeaders();
    headers.add("a", new byte[] {1});
    headers.add("a", null);
    headers.add("ü", new byte[0]);
    Origin origin = new Origin("topic", 3, 4L << 40, 5, new byte[] {6}, new byte[] {7, 8}, headers);
    Pending pending = new Pending(origin, new byte[] {9}, 10, 11, 12);
    // When
    Pending read = read(write(pending));
    // Then
    assertThat(read).usingRecursiveComparison().isEqualTo(pending);
  }

  @Test
  void keepsWhatIsAbsentAbsent() {
    // Given
    Origin origin = new Origin("topic", 0, 0, -1, null, null, new RecordHeaders());
    Pending pending = Pending.since(1, origin, null);
    // Then
    assertThat(read(write(pending))).usingRecursiveComparison().isEqualTo(pending);
    assertThat(serde.serializer().serialize("t", null)).isNull();
    assertThat(serde.deserializer().deserialize("t", null)).isNull();
  }

  @Test
  void refusesBytesThatAreTooFewOrTooMany() {
    // Given
    Origin origin = new Origin("topic", 0, 0, 0, new byte[5], new byte[5], new RecordHeaders());
    byte[] bytes = write(Pending.since(1, origin, new byte[5]));
    // Then
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(SerializationException.class);
    }
    byte[] more = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> read(more)).isInstanceOf(SerializationException.class);
  }

  @Test
  void refusesAnotherVersion() {
    // Given
    byte[] bytes =
        write(Pending.since(1, new Origin("t", 0, 0, 0, null, null, new RecordHeaders()), null));
    bytes[0] = 2;
    // Then
    assertThatThrownBy(() -> read(bytes))
        .rootCause()
        .hasMessage("a waiting record has version 2; expected 1");
  }

  private byte[] write(Pending pending) {
    return serde.serializer().serialize("t", pending);
  }

  private Pending read(byte[] bytes) {
    return serde.deserializer().deserialize("t", bytes);
  }
}

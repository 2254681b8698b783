package io.github.refragstreams.topology.internal.encode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

class BacklogTest {
  private static final Bytes MUCH = Bytes.wrap("much".getBytes(UTF_8));
  private static final Bytes LITTLE = Bytes.wrap("little".getBytes(UTF_8));

  private final Backlog backlog = new Backlog();

  @Test
  void takesOneOfEachWhoAsksInTurn() {
    // Given
    for (long id = 0; id < 4; id++) {
      backlog.add(id, MUCH);
    }
    backlog.add(10, LITTLE);
    backlog.add(11, LITTLE);
    // Then
    assertThat(all(0)).containsExactly(0L, 10L, 1L, 11L, 2L, 3L);
  }

  @Test
  void whatHadNoRoomGoesBeforeAllThatWereNotTriedYet() {
    // Given
    backlog.add(0, MUCH);
    backlog.add(1, MUCH);
    backlog.add(10, LITTLE);
    // When
    backlog.addFirst(backlog.next(0).orElseThrow());
    // Then
    assertThat(all(0)).containsExactly(0L, 10L, 1L);
  }

  @Test
  void whatFailedGoesFirstWhenItIsDue() {
    // Given
    backlog.addLater(5, 100);
    backlog.addLater(4, 100);
    backlog.add(10, LITTLE);
    backlog.add(11, LITTLE);
    // Then
    assertThat(backlog.next(99)).hasValue(10);
    assertThat(all(100)).containsExactly(4L, 5L, 11L);
  }

  private List<Long> all(long now) {
    List<Long> ids = new ArrayList<>();
    for (OptionalLong next = backlog.next(now); next.isPresent(); next = backlog.next(now)) {
      ids.add(next.getAsLong());
    }
    return ids;
  }
}

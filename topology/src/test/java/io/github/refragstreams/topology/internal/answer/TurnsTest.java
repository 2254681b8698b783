package io.github.refragstreams.topology.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.model.PlanOptions;
import io.github.refragstreams.schemas.Mode;
import io.github.refragstreams.topology.internal.record.Origin;
import io.github.refragstreams.topology.internal.store.Pending;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private final Turns turns = new Turns();

  @Test
  void takesTheQueriesOfAConversationInTheOrderOfTheirOffsets() {
    // Given: as they are found in a store
    Ask late = add("late", "c", 9);
    Ask early = add("early", "c", 2);
    Ask middle = add("middle", "c", 5);
    // Then
    assertThat(turns.isNext(early)).isTrue();
    assertThat(turns.isNext(late)).isFalse();
    assertThat(next(early)).isEqualTo("middle");
    assertThat(turns.isNext(middle)).isTrue();
    assertThat(next(late)).isEqualTo("middle");
    assertThat(turns.remove(middle)).isNull();
  }

  @Test
  void takesOtherConversationsAtTheSameTime() {
    // Given
    Ask first = add("first", "c1", 1);
    Ask second = add("second", "c2", 2);
    // Then
    assertThat(turns.isNext(first)).isTrue();
    assertThat(turns.isNext(second)).isTrue();
  }

  @Test
  void doesNotMindAQueryThatIsGone() {
    // Given
    Ask ask = add("q", "c", 1);
    turns.remove(ask);
    // Then
    assertThat(turns.remove(ask)).isNull();
    assertThat(turns.isNext(ask)).isFalse();
  }

  private Ask add(String id, String conversation, long offset) {
    Origin origin = new Origin("queries", 0, offset, 0, null, null, new RecordHeaders());
    PlanOptions plan = new PlanOptions(ExpansionMode.MIXED, 0, 64);
    Ask ask =
        new Ask(
            Pending.since(0, origin, null),
            id,
            conversation,
            "?",
            List.of(),
            1,
            0,
            4,
            Mode.AUTO,
            plan,
            1,
            true,
            false);
    turns.add(ask, new Request(id, 0));
    return ask;
  }

  private String next(Ask leaving) {
    Request next = turns.remove(leaving);
    return next == null ? "" : next.queryId();
  }
}

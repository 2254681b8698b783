package io.github.refragstreams.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStats;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.Query;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class QuerySummaryTest {
  @Test
  void aQueryThatIsReplayedAndAnsweredIsAnsweredInWhateverOrderThatIsRead() {
    // Given
    QuerySummary open = QuerySummary.open(query());
    Answer answer = answer();
    // When, Then
    assertThat(open.refused().state()).isEqualTo("refused");
    assertThat(open.refused().answered(answer)).isEqualTo(open.answered(answer));
    assertThat(open.answered(answer).refused()).isEqualTo(open.answered(answer));
    assertThat(open.answered(answer).state()).isEqualTo("complete");
  }

  @Test
  void aQueryThatIsTakenBackIsCancelledUnlessItWasAtItsEnd() {
    // Given
    QuerySummary open = QuerySummary.open(query());
    // When, Then
    assertThat(open.cancelled().state()).isEqualTo("cancelled");
    assertThat(open.refused().cancelled()).isEqualTo(open.refused());
    assertThat(open.answered(answer()).cancelled()).isEqualTo(open.answered(answer()));
  }

  private static Query query() {
    Query query = new Query();
    query.setQueryId("one");
    query.setQuestion("how tall?");
    query.setCreatedAt(Instant.EPOCH);
    return query;
  }

  private static Answer answer() {
    Answer answer = new Answer();
    answer.setStatus(AnswerStatus.COMPLETE);
    answer.setStats(new AnswerStats());
    return answer;
  }
}

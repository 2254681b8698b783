package io.github.refragstreams.app.client;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.Query;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A query in one line.
 *
 * @param state {@code open}, {@code refused}, {@code cancelled}, or the answer's status in lower
 *     case
 * @param firstTokenMillis time to the first token of its answer; null while it has none
 */
public record QuerySummary(
    String queryId,
    String question,
    Instant askedAt,
    String state,
    @Nullable Long firstTokenMillis) {
  private static final String OPEN = "open";

  static QuerySummary open(Query query) {
    return new QuerySummary(
        query.getQueryId(), query.getQuestion(), query.getCreatedAt(), OPEN, null);
  }

  QuerySummary answered(Answer answer) {
    return new QuerySummary(
        queryId,
        question,
        askedAt,
        answer.getStatus().name().toLowerCase(Locale.ROOT),
        answer.getStats().getTimeToFirstTokenMs());
  }

  /** A replayed query may have been refused before it was answered. */
  QuerySummary refused() {
    return unlessAtItsEnd("refused");
  }

  /** One that is answered stays answered. */
  QuerySummary cancelled() {
    return unlessAtItsEnd("cancelled");
  }

  private QuerySummary unlessAtItsEnd(String end) {
    return state.equals(OPEN) ? new QuerySummary(queryId, question, askedAt, end, null) : this;
  }

  @Override
  public String toString() {
    return "QuerySummary[" + queryId + ", " + state + "]";
  }
}

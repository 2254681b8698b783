package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.PlanOptions;
import io.github.refragstreams.schemas.Mode;
import io.github.refragstreams.topology.internal.store.Pending;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query with all defaults filled in.
 *
 * @param pending the query as it waits in the store
 * @param history turns before the question that came with it, oldest first; empty: none came, or it
 *     is {@link #light}
 * @param expected passages that the query expects; null when it does not say
 * @param deadlineAt end of the wait for passages, milliseconds of the wall clock
 * @param chunkTokens k
 * @param mode how the query says that its passages are to be read; AUTO: it leaves that to the
 *     configuration, and to the load
 * @param explain whether the answer tells how its passages were read
 */
record Ask(
    Pending pending,
    String queryId,
    @Nullable String conversationId,
    String question,
    List<Turn> history,
    @Nullable Integer expected,
    long deadlineAt,
    int chunkTokens,
    Mode mode,
    PlanOptions plan,
    int maxTokens,
    boolean streamTokens,
    boolean explain) {

  /** The same after a failed attempt. */
  Ask again(Pending later) {
    return with(later, history);
  }

  /** What is needed to know when its turn is and to tell of its end: the rest may be large. */
  Ask light() {
    return with(pending.withoutValue(), List.of());
  }

  private Ask with(Pending waiting, List<Turn> turns) {
    return new Ask(
        waiting,
        queryId,
        conversationId,
        question,
        turns,
        expected,
        deadlineAt,
        chunkTokens,
        mode,
        plan,
        maxTokens,
        streamTokens,
        explain);
  }

  /** Queries with the same one are answered one after the other. */
  String conversation() {
    return conversationId == null ? queryId : conversationId;
  }

  /** Its place among the queries of its conversation. */
  long place() {
    return pending.origin().offset();
  }

  @Override
  public String toString() {
    return "Ask[" + queryId + "]";
  }
}

package io.github.refragstreams.topology;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a query has come, as its stores tell. Holds no text.
 *
 * @param passages that have come for it and wait with it, refused ones included
 * @param expected passages that the query said it expects; null when it did not say, or is not
 *     there
 * @param since when the query came, was answered or taken back; null when neither is known
 * @param attempts to answer it that have failed
 * @param generationId of its answer; null when it has none
 */
public record QueryState(
    String queryId,
    Phase phase,
    int passages,
    @Nullable Integer expected,
    @Nullable Instant since,
    int attempts,
    @Nullable String generationId) {

  /** What the stores hold of a query. */
  public enum Phase {
    /** Nothing: it never came, was refused, or was answered too long ago. */
    UNKNOWN,
    /** Passages only. */
    WITHOUT_QUERY,
    /** It waits for passages or for its turn, or is being answered. */
    OPEN,
    /** It has its answer. */
    ANSWERED,
    /** It was taken back. */
    CANCELLED
  }
}

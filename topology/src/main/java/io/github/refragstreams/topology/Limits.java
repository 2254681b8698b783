package io.github.refragstreams.topology;

import java.time.Duration;

/**
 * How large records may be, and how long they may wait; what is beyond goes to the dead letters.
 * Keys start with {@code limits}. Characters are UTF-16 code units.
 *
 * @param idChars most characters of an id
 * @param questionChars most characters of a question
 * @param historyTurns most turns that come with a query
 * @param historyChars most characters of all these turns together
 * @param passageChars most characters of a passage, title included
 * @param passageTokens most tokens of a passage, title included
 * @param documentChars most characters of a document, title included
 * @param passagesPerQuery most passages of one query: those of a higher rank are refused
 * @param deadline longest wait for passages that a query may ask for: it takes a place meanwhile
 * @param sourceUriChars most characters of a passage's {@code source_uri}
 * @param headerBytes most bytes of a record's headers, names and values together
 * @param recordBytes largest record of an internal topic and of the dead letters; brokers take it
 */
public record Limits(
    int idChars,
    int questionChars,
    int historyTurns,
    int historyChars,
    int passageChars,
    int passageTokens,
    int documentChars,
    int passagesPerQuery,
    Duration deadline,
    int sourceUriChars,
    int headerBytes,
    int recordBytes) {
  private static final int LEAST_RECORD_BYTES = 64 << 10;

  public Limits {
    Require.atLeast(1, "limits.id-chars", idChars);
    Require.atLeast(1, "limits.question-chars", questionChars);
    Require.atLeast(0, "limits.history-turns", historyTurns);
    Require.atLeast(0, "limits.history-chars", historyChars);
    Require.atLeast(16, "limits.passage-chars", passageChars);
    Require.atLeast(1, "limits.passage-tokens", passageTokens);
    Require.atLeast(1, "limits.document-chars", documentChars);
    Require.atLeast(1, "limits.passages-per-query", passagesPerQuery);
    Require.notNegative("limits.deadline", deadline);
    Require.atLeast(0, "limits.source-uri-chars", sourceUriChars);
    Require.atLeast(0, "limits.header-bytes", headerBytes);
    Require.atLeast(LEAST_RECORD_BYTES, "limits.record-bytes", recordBytes);
  }

  public static Limits defaults() {
    return new Limits(
        256,
        2_000,
        100,
        100_000,
        16_000,
        4_096,
        500_000,
        100,
        Duration.ofMinutes(10),
        2_048,
        16 << 10,
        // Vectors of a passage at its limit are above Kafka's default of 1 MiB.
        8 << 20);
  }
}

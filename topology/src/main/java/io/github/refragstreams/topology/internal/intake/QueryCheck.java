package io.github.refragstreams.topology.internal.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.schemas.GivenTurn;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.internal.record.EventSize;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.Origin;
import io.github.refragstreams.topology.internal.refusal.UnusableRecordException;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** Whether a query can be answered, as far as one can tell before its passages are known. */
public final class QueryCheck {
  private static final int LEAST_POSITIONS = 64;

  private final Limits limits;
  private final int partitions;
  private final BundleInfo bundle;
  private final int decoderPositions;
  private final Check check;

  /**
   * @param partitions partitions of the queries' topic
   * @param decoderPositions most positions of prompt and answer together
   */
  public QueryCheck(Limits limits, int partitions, BundleInfo bundle, int decoderPositions) {
    this.limits = limits;
    this.partitions = partitions;
    this.bundle = bundle;
    this.decoderPositions = decoderPositions;
    this.check = new Check(limits);
  }

  /** The key that all records of a query have: the conversation's id, else its own. */
  public static byte[] key(@Nullable String conversationId, String queryId) {
    return (conversationId == null ? queryId : conversationId).getBytes(UTF_8);
  }

  /**
   * The query of a record that passes all checks.
   *
   * @throws UnusableRecordException saying why it cannot be answered
   */
  public Query query(@Nullable Incoming incoming, Origin origin) {
    check.headers(origin.headers());
    Check.bytes(incoming, EventSize.query(limits), ErrorCode.QUESTION_TOO_LONG);
    Query query = Check.event(Query.class, incoming);
    check.id("query_id", query.getQueryId());
    check.optionalId("conversation_id", query.getConversationId());
    checkKey(query, origin);
    Check.that(!query.getQuestion().isBlank(), ErrorCode.EMPTY_QUESTION, "question is blank");
    int chars = query.getQuestion().length();
    Check.that(
        chars <= limits.questionChars(),
        ErrorCode.QUESTION_TOO_LONG,
        "question has "
            + chars
            + " characters; limits.question-chars is "
            + limits.questionChars());
    checkHistory(query.getHistory());
    Integer expected = query.getExpectedPassages();
    Check.that(
        expected == null || expected >= 0,
        ErrorCode.NEGATIVE_EXPECTED_PASSAGES,
        "expected_passages is " + expected + "; it must be 0 or more");
    Long deadline = query.getDeadlineMs();
    Check.that(
        deadline == null || deadline >= 0,
        ErrorCode.NEGATIVE_DEADLINE,
        "deadline_ms is " + deadline + "; it must be 0 or more");
    long longest = limits.deadline().toMillis();
    Check.that(
        deadline == null || deadline <= longest,
        ErrorCode.DEADLINE_TOO_LONG,
        "deadline_ms is " + deadline + "; limits.deadline is " + longest + " ms");
    checkOptions(query.getOptions());
    return query;
  }

  /** A query on another partition than its passages would wait for them in vain. */
  private void checkKey(Query query, Origin origin) {
    byte[] expected = key(query.getConversationId(), query.getQueryId());
    Check.that(
        Arrays.equals(expected, origin.key()),
        ErrorCode.KEY_MISMATCH,
        "the record's key is not its "
            + (query.getConversationId() == null ? "query_id" : "conversation_id"));
    int partition = Utils.toPositive(Utils.murmur2(expected)) % partitions;
    Check.that(
        partition == origin.partition(),
        ErrorCode.WRONG_PARTITION,
        "the record is on partition "
            + origin.partition()
            + " but its key belongs to partition "
            + partition
            + " of "
            + partitions
            + "; producers must use Kafka's default partitioner (murmur2)");
  }

  private void checkHistory(@Nullable List<GivenTurn> history) {
    if (history == null) {
      return;
    }
    Check.that(
        history.size() <= limits.historyTurns(),
        ErrorCode.HISTORY_TOO_LONG,
        "history has "
            + history.size()
            + " turns; limits.history-turns is "
            + limits.historyTurns());
    long chars =
        history.stream()
            .mapToLong(turn -> turn.getQuestion().length() + turn.getAnswer().length())
            .sum();
    Check.that(
        chars <= limits.historyChars(),
        ErrorCode.HISTORY_TOO_LONG,
        "history has " + chars + " characters; limits.history-chars is " + limits.historyChars());
  }

  private void checkOptions(QueryOptions options) {
    Integer k = options.getChunkTokens();
    Check.that(
        k == null || bundle.chunkSizes().contains(k),
        ErrorCode.UNSUPPORTED_CHUNK_TOKENS,
        "options.chunk_tokens is "
            + k
            + "; bundle '"
            + bundle.id()
            + "' was trained for "
            + bundle.chunkSizes());
    Float fraction = options.getExpandFraction();
    option(
        fraction == null || (fraction >= 0f && fraction <= 1f),
        "expand_fraction",
        fraction,
        "from 0 to 1");
    Integer positions = options.getMaxPositions();
    option(
        positions == null || positions >= LEAST_POSITIONS,
        "max_positions",
        positions,
        "at least " + LEAST_POSITIONS);
    Integer tokens = options.getMaxAnswerTokens();
    int mostTokens = Math.max(1, decoderPositions - LEAST_POSITIONS);
    option(
        tokens == null || (tokens >= 1 && tokens <= mostTokens),
        "max_answer_tokens",
        tokens,
        "from 1 to " + mostTokens);
  }

  private static void option(boolean holds, String name, @Nullable Number value, String expected) {
    Check.that(
        holds,
        ErrorCode.INVALID_OPTION,
        "options." + name + " is " + value + "; it must be " + expected);
  }
}

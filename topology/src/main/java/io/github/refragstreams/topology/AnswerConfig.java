package io.github.refragstreams.topology;

import io.github.refragstreams.model.ExpansionBudget;
import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.model.PlanOptions;
import io.github.refragstreams.schemas.Mode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How queries are answered, unless they say otherwise, and how much a task answers at a time. Keys
 * start with {@code answer}.
 *
 * @param maxTokens most tokens of an answer, for queries that do not say
 * @param mode how chunks enter the prompt, for queries that do not say
 * @param expansion how much stays raw where the policy chooses, for queries that do not say
 * @param maxPositions most decoder positions of a prompt; never more than the decoder has
 * @param deadline how long a query waits for its passages, counted from its arrival here
 * @param orphanAfter how long a passage waits for its query
 * @param duplicateWindow how long an answered query is remembered; a repetition is not answered
 * @param inFlight most answers of a task that are generated at the same time
 * @param inFlightBytes most bytes of their encoded passages; one alone may have more
 * @param backlog queries of a task that wait to be generated before its consumption slows down
 * @param maxRequests most queries of a task that wait for anything; more are refused as OVERLOADED,
 *     and so are passages of as many queries that have not come
 */
public record AnswerConfig(
    int maxTokens,
    ExpansionMode mode,
    ExpansionBudget expansion,
    int maxPositions,
    Duration deadline,
    Duration orphanAfter,
    Duration duplicateWindow,
    int inFlight,
    long inFlightBytes,
    int backlog,
    int maxRequests) {
  public AnswerConfig {
    Require.atLeast(1, "answer.max-tokens", maxTokens);
    Require.atLeast(64, "answer.max-positions", maxPositions);
    Require.notNegative("answer.deadline", deadline);
    Require.positive("answer.orphan-after", orphanAfter);
    Require.positive("answer.duplicate-window", duplicateWindow);
    Require.atLeast(1, "answer.in-flight", inFlight);
    Require.that(inFlightBytes >= 1, "answer.in-flight-bytes", inFlightBytes, "at least 1");
    Require.atLeast(1, "answer.backlog", backlog);
    Require.that(
        maxRequests >= backlog, "answer.max-requests", maxRequests, "at least answer.backlog");
  }

  public static AnswerConfig defaults() {
    return new AnswerConfig(
        64,
        ExpansionMode.MIXED,
        new ExpansionBudget(0.1f, 64, 96),
        2_048,
        Duration.ofSeconds(30),
        Duration.ofMinutes(10),
        Duration.ofHours(24),
        8,
        16L << 20,
        256,
        10_000);
  }

  /**
   * How the prompt of a query is planned.
   *
   * @param expand the share of raw chunks that it asks for, whatever that comes to; null: it does
   *     not say
   */
  public PlanOptions plan(Mode asked, @Nullable Float expand, int positions) {
    return expand == null
        ? new PlanOptions(mode(asked), expansion, positions)
        : new PlanOptions(mode(asked), expand, positions);
  }

  /** How chunks enter the prompt of a query that asks for {@code asked}. */
  public ExpansionMode mode(Mode asked) {
    return switch (asked) {
      case AUTO -> mode;
      case MIXED -> ExpansionMode.MIXED;
      case SELECTED -> ExpansionMode.SELECTED;
      case COMPRESSED -> ExpansionMode.COMPRESSED;
      case FULL -> ExpansionMode.FULL;
    };
  }
}

package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.Models;
import io.github.refragstreams.schemas.GivenTurn;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.QueryOptions;
import io.github.refragstreams.topology.AnswerConfig;
import io.github.refragstreams.topology.DeadLetterHeaders;
import io.github.refragstreams.topology.internal.store.Pending;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fills in what a query leaves to the configuration. */
final class AskReader {
  private final AnswerConfig config;
  private final Models models;

  AskReader(AnswerConfig config, Models models) {
    this.config = config;
    this.models = models;
  }

  /**
   * @param query one that has passed its check
   */
  Ask read(Query query, Pending pending) {
    QueryOptions options = query.getOptions();
    int most = models.decoder().maxPositions();
    int maxTokens = or(options.getMaxAnswerTokens(), Math.min(config.maxTokens(), most / 2));
    int positions = or(options.getMaxPositions(), config.maxPositions());
    return new Ask(
        pending,
        query.getQueryId(),
        query.getConversationId(),
        query.getQuestion(),
        or(query.getHistory(), List.<GivenTurn>of()).stream()
            .map(turn -> Turn.given(turn.getQuestion(), turn.getAnswer(), pending.since()))
            .toList(),
        query.getExpectedPassages(),
        deadlineAt(query, pending),
        or(options.getChunkTokens(), models.bundle().defaultChunkTokens()),
        options.getMode(),
        config.plan(
            options.getMode(),
            options.getExpandFraction(),
            Math.max(1, Math.min(positions, most - maxTokens))),
        maxTokens,
        options.getStreamTokens(),
        options.getExplain());
  }

  /**
   * Who asks for a deadline knows when it was asked; a clock that is ahead of ours prolongs
   * nothing. Others wait from their arrival: queries that had to wait for us would else be late at
   * once. So do those that were refused and are sent again, whose passages are still to come.
   */
  private long deadlineAt(Query query, Pending pending) {
    Long asked = query.getDeadlineMs();
    long arrived = pending.since();
    if (asked == null) {
      return after(arrived, config.deadline().toMillis());
    }
    boolean again = pending.origin().headers().lastHeader(DeadLetterHeaders.REPLAY_OF) != null;
    return after(again ? arrived : Math.min(query.getCreatedAt().toEpochMilli(), arrived), asked);
  }

  private static long after(long start, long wait) {
    return start > Long.MAX_VALUE - wait ? Long.MAX_VALUE : start + wait;
  }

  private static <T> T or(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }
}

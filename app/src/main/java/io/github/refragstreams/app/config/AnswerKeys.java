package io.github.refragstreams.app.config;

import io.github.refragstreams.model.ExpansionBudget;
import io.github.refragstreams.model.ExpansionMode;
import io.github.refragstreams.topology.AnswerConfig;
import java.time.Duration;
import java.util.List;

/** Keys below {@code answer.}: how queries are answered. */
final class AnswerKeys {
  private static final AnswerConfig DEFAULTS = AnswerConfig.defaults();

  static final Key<Integer> MAX_TOKENS =
      new Key<>(
          "answer.max-tokens",
          ValueTypes.integer(1),
          DEFAULTS.maxTokens(),
          "Most tokens of an answer, for queries that do not say.");

  static final Key<ExpansionMode> MODE =
      new Key<>(
          "answer.mode",
          ValueTypes.oneOf(ExpansionMode.class),
          DEFAULTS.mode(),
          "How passages are read, for queries that do not say. `mixed`: chunks that the policy picks"
              + " raw, the others as their vectors; `selected`: these raw, the others not at all;"
              + " `compressed`: all as vectors; `full`: all raw.");

  static final Key<Float> EXPAND_FRACTION =
      new Key<>(
          "answer.expand-fraction",
          ValueTypes.fraction(),
          DEFAULTS.expansion().fraction(),
          "Share of the chunks that stay raw, for queries that do not say.");

  static final Key<Integer> EXPAND_TOKENS =
      new Key<>(
          "answer.expand-tokens",
          ValueTypes.integer(1),
          DEFAULTS.expansion().mostTokens(),
          "Most tokens that stay raw by that share. A share that a query asks for is not bounded.");

  static final Key<Integer> EXPAND_LEAST_TOKENS =
      new Key<>(
          "answer.expand-least-tokens",
          ValueTypes.integer(0),
          DEFAULTS.expansion().leastTokens(),
          "Tokens that stay raw by that share at least: of few passages it is a chunk or two. At most"
              + " `answer.expand-tokens`.");

  static final Key<Integer> MAX_POSITIONS =
      new Key<>(
          "answer.max-positions",
          ValueTypes.integer(64),
          DEFAULTS.maxPositions(),
          "Most decoder positions of a prompt; never more than `model.max-positions`.");

  static final Key<Duration> DEADLINE =
      new Key<>(
          "answer.deadline",
          ValueTypes.duration(),
          DEFAULTS.deadline(),
          "How long a query waits for its passages from its arrival, if it does not say.");

  static final Key<Duration> ORPHAN_AFTER =
      new Key<>(
          "answer.orphan-after",
          ValueTypes.duration(Duration.ofMillis(1)),
          DEFAULTS.orphanAfter(),
          "How long a passage waits for its query.");

  static final Key<Duration> DUPLICATE_WINDOW =
      new Key<>(
          "answer.duplicate-window",
          ValueTypes.duration(Duration.ofMillis(1)),
          DEFAULTS.duplicateWindow(),
          "How long an answered query is remembered; a repetition is not answered. After a change,"
              + " instances restore their stores once. Before it becomes longer, set retention.ms of"
              + " the topic APPLICATION-answered-changelog to it and a day.");

  static final Key<Integer> IN_FLIGHT =
      new Key<>(
          "answer.in-flight",
          ValueTypes.integer(1),
          DEFAULTS.inFlight(),
          "Most answers of a task that are generated at the same time.");

  static final Key<Long> IN_FLIGHT_BYTES =
      new Key<>(
          "answer.in-flight-bytes",
          ValueTypes.size(1, 1L << 40),
          DEFAULTS.inFlightBytes(),
          "Most bytes of the encoded passages of these answers, which are on the heap, several times"
              + " while a prompt is planned; an answer that has more is generated alone.");

  static final Key<Integer> BACKLOG =
      new Key<>(
          "answer.backlog",
          ValueTypes.integer(1),
          DEFAULTS.backlog(),
          "Queries of a task that wait before its consumption slows down.");

  static final Key<Integer> MAX_REQUESTS =
      new Key<>(
          "answer.max-requests",
          ValueTypes.integer(1),
          DEFAULTS.maxRequests(),
          "Most queries of a task that wait for anything; more are refused as `OVERLOADED`. As many"
              + " others may have passages that came before them.");

  static final List<Key<?>> ALL =
      List.of(
          MAX_TOKENS,
          MODE,
          EXPAND_FRACTION,
          EXPAND_TOKENS,
          EXPAND_LEAST_TOKENS,
          MAX_POSITIONS,
          DEADLINE,
          ORPHAN_AFTER,
          DUPLICATE_WINDOW,
          IN_FLIGHT,
          IN_FLIGHT_BYTES,
          BACKLOG,
          MAX_REQUESTS);

  private AnswerKeys() {}

  static AnswerConfig read(ConfigSource source) {
    return new AnswerConfig(
        source.get(MAX_TOKENS),
        source.get(MODE),
        new ExpansionBudget(
            source.get(EXPAND_FRACTION),
            source.get(EXPAND_LEAST_TOKENS),
            source.get(EXPAND_TOKENS)),
        source.get(MAX_POSITIONS),
        source.get(DEADLINE),
        source.get(ORPHAN_AFTER),
        source.get(DUPLICATE_WINDOW),
        source.get(IN_FLIGHT),
        source.get(IN_FLIGHT_BYTES),
        source.get(BACKLOG),
        source.get(MAX_REQUESTS));
  }
}

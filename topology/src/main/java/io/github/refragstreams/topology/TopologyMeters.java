package io.github.refragstreams.topology;

import io.github.refragstreams.model.MeterSpec;
import java.util.List;

/**
 * Meters of the topology. Counters count what was done, which after a crash is done again: only
 * answers are exactly once, in their topic.
 */
public final class TopologyMeters {
  private static final List<Double> RATIOS = List.of(1., 1.5, 2., 3., 4., 6., 8., 12., 16., 24.);
  private static final List<Double> POSITIONS =
      List.of(64., 128., 256., 512., 1024., 2048., 4096., 8192.);

  public static final MeterSpec CACHE_LOOKUPS =
      MeterSpec.ofCounter(
          "refrag.encode.cache.lookups",
          "lookups",
          "Passages whose vectors were looked up in the store. Tag `result`: `hit` or `miss`.",
          "result");

  public static final MeterSpec ENCODE_PENDING =
      MeterSpec.ofGauge(
          "refrag.encode.pending",
          "passages",
          "Passages that wait in the store, those in flight included. Tag `lane`: `queries` or"
              + " `documents`.",
          "lane");

  public static final MeterSpec ENCODE_IN_FLIGHT =
      MeterSpec.ofGauge(
          "refrag.encode.in.flight",
          "passages",
          "Passages at the encoder. Tag `lane` as above.",
          "lane");

  public static final MeterSpec ANSWER_REQUESTS =
      MeterSpec.ofGauge(
          "refrag.answer.requests",
          "requests",
          "Queries without answer. Tag `state`: `waiting` for passages, an earlier query of the"
              + " conversation or the next attempt, `ready` to be generated, `generating`.",
          "state");

  public static final MeterSpec ANSWERS =
      MeterSpec.ofCounter(
          "refrag.answers",
          "answers",
          "Answers. Tag `status`: the answer's, in lower case.",
          "status");

  public static final MeterSpec ANSWER_TIME =
      MeterSpec.ofTimer(
          "refrag.answer.time",
          "From the arrival of a query to its answer, waiting for passages included.");

  public static final MeterSpec ANSWER_QUEUE_TIME =
      MeterSpec.ofTimer(
          "refrag.answer.queue.time",
          "How long a query that had its passages waited for its turn and for the decoder.");

  public static final MeterSpec ANSWER_FIRST_TOKEN =
      MeterSpec.ofTimer(
          "refrag.answer.first.token",
          "From a query that has its passages to the first token of its answer.");

  public static final MeterSpec ANSWER_COMPRESSION =
      MeterSpec.ofSummary(
          "refrag.answer.compression",
          "ratio",
          "Tokens of the passages per decoder position that they take; answers without passages are"
              + " left out.",
          RATIOS);

  public static final MeterSpec ANSWER_POSITIONS =
      MeterSpec.ofSummary(
          "refrag.answer.prompt", "positions", "Decoder positions of a prompt.", POSITIONS);

  public static final MeterSpec ANSWER_LOAD_LEVEL =
      MeterSpec.ofGauge(
          "refrag.answer.load.level",
          "level",
          "How far load lowers the quality of answers, as the last one started: 0 not at all, 1 no"
              + " vectors of passages, 2 to 4 fewer raw chunks, too, above that fewer raw turns of"
              + " the conversation, too. Stays 0 with `degrade.enabled: false`.");

  public static final MeterSpec RETRIES =
      MeterSpec.ofCounter(
          "refrag.retries",
          "retries",
          "Records that are tried again after a model failed on them. Tag `stage`: `encode` or"
              + " `answer`.",
          "stage");

  public static final MeterSpec DEAD_LETTERS =
      MeterSpec.ofCounter(
          "refrag.dead.letters",
          "letters",
          "Records that went to the dead letters. Tag `code`: see [dead letters](dead-letters.md).",
          "code");

  /** All of them, in the order of the reference page. */
  public static final List<MeterSpec> ALL =
      List.of(
          CACHE_LOOKUPS,
          ENCODE_PENDING,
          ENCODE_IN_FLIGHT,
          ANSWER_REQUESTS,
          ANSWERS,
          ANSWER_TIME,
          ANSWER_QUEUE_TIME,
          ANSWER_FIRST_TOKEN,
          ANSWER_COMPRESSION,
          ANSWER_POSITIONS,
          ANSWER_LOAD_LEVEL,
          RETRIES,
          DEAD_LETTERS);

  private TopologyMeters() {}
}

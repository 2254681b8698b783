package io.github.refragstreams.model;

import java.util.List;

/** Meters of the models. */
public final class ModelMeters {
  private static final List<Double> TOKENS =
      List.of(32., 64., 128., 256., 512., 1024., 2048., 4096.);
  private static final List<Double> FEW = List.of(1., 2., 4., 8., 16., 32., 64., 128.);

  public static final MeterSpec ENCODE_BATCH_TOKENS =
      MeterSpec.ofSummary(
          "refrag.encode.batch.tokens", "tokens", "Passage tokens of one encoder batch.", TOKENS);

  public static final MeterSpec ENCODE_BATCH_PASSAGES =
      MeterSpec.ofSummary(
          "refrag.encode.batch.passages", "passages", "Passages of one encoder batch.", FEW);

  public static final MeterSpec ENCODE_BATCH_WAIT =
      MeterSpec.ofTimer(
          "refrag.encode.batch.wait",
          "How long the oldest passage of an encoder batch waited for the batch to start.");

  public static final MeterSpec ENCODE_CALL =
      MeterSpec.ofTimer(
          "refrag.encode.call",
          "One encoder call. A failed batch is halved and called again. Tag `outcome`: `success` or"
              + " `failure`.",
          "outcome");

  public static final MeterSpec ENCODE_QUEUE =
      MeterSpec.ofGauge(
          "refrag.encode.queue", "tokens", "Passage tokens that wait for the encoder.");

  public static final MeterSpec DECODE_QUEUE_TIME =
      MeterSpec.ofTimer(
          "refrag.decode.queue.time", "From the arrival of a prompt to its place in the decoder.");

  public static final MeterSpec DECODE_WAITING =
      MeterSpec.ofGauge(
          "refrag.decode.waiting", "prompts", "Prompts that wait for a place in the decoder.");

  public static final MeterSpec DECODE_RUNNING =
      MeterSpec.ofGauge(
          "refrag.decode.running",
          "answers",
          "Answers in flight in the decoder: being read or being generated. At most"
              + " `model.decode-slots`.");

  public static final MeterSpec DECODE_BATCH_ROWS =
      MeterSpec.ofSummary(
          "refrag.decode.batch.rows",
          "rows",
          "Answers that one decoder step adds a token to.",
          FEW);

  public static final MeterSpec DECODE_PREFILL_TIME =
      MeterSpec.ofTimer(
          "refrag.decode.prefill.time",
          "From a prompt's place in the decoder to its first token: reading the prompt.");

  public static final MeterSpec DECODE_TOKEN_GAP =
      MeterSpec.ofTimer("refrag.decode.token.gap", "Between two tokens of one answer.");

  public static final MeterSpec DECODE_TOKENS =
      MeterSpec.ofCounter(
          "refrag.decode.tokens",
          "tokens",
          "Tokens that were generated, those of repeated attempts included.");

  /** All of them, in the order of the reference page. */
  public static final List<MeterSpec> ALL =
      List.of(
          ENCODE_BATCH_TOKENS,
          ENCODE_BATCH_PASSAGES,
          ENCODE_BATCH_WAIT,
          ENCODE_CALL,
          ENCODE_QUEUE,
          DECODE_QUEUE_TIME,
          DECODE_WAITING,
          DECODE_RUNNING,
          DECODE_BATCH_ROWS,
          DECODE_PREFILL_TIME,
          DECODE_TOKEN_GAP,
          DECODE_TOKENS);

  private ModelMeters() {}
}

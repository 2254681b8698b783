package io.github.refragstreams.app.bench;

import io.github.refragstreams.app.eval.Medians;
import io.github.refragstreams.model.AnswerDecoder;
import io.github.refragstreams.model.AnswerDecoder.Generation;
import io.github.refragstreams.model.AnswerDecoder.Sampling;
import io.github.refragstreams.model.DecodeTotals;
import io.github.refragstreams.model.ModelRuntime;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What the decoder's parts cost: reading a prompt with quantised weights and in 32-bit floats, and
 * decoding one answer or four at a time.
 */
public final class StepBench {
  /** Positions of the prompt that both graphs read. */
  static final int PREFILL_POSITIONS = 576;

  private static final int DECODE_POSITIONS = 128;
  private static final int DECODE_TOKENS = 48;
  private static final int ROWS = 4;

  /** The first of four answers is a few tokens ahead of the last; until here all of them run. */
  private static final int LAST_FULL_STEP = DECODE_TOKENS - 2 * ROWS;

  /**
   * @param quantisedMillis reading 576 positions with quantised weights
   * @param fp32Millis the same in 32-bit floats
   * @param singleStepMillis one decoding step of one answer
   * @param fourRowStepMillis one decoding step of four answers
   * @param overheadMillis of a step, the time outside the engine
   */
  public record Result(
      double quantisedMillis,
      double fp32Millis,
      double singleStepMillis,
      double fourRowStepMillis,
      double overheadMillis) {
    public double fp32OverQuantised() {
      return fp32Millis / quantisedMillis;
    }

    /** A step of four rows over four steps of one row. */
    public double fourRowsOverFourSteps() {
      return fourRowStepMillis / (4 * singleStepMillis);
    }
  }

  private final ModelRuntime quantised;
  private final ModelRuntime fp32;
  private final int[] text;

  /**
   * @param quantised with four decode slots
   * @param fp32 the same bundle in 32-bit floats
   * @param text tokens of real text, at least {@value #PREFILL_POSITIONS}
   */
  public StepBench(ModelRuntime quantised, ModelRuntime fp32, int[] text) {
    this.quantised = quantised;
    this.fp32 = fp32;
    this.text = text;
  }

  /** Interleaves the repetitions of all measurements; one before them is not counted. */
  public Result run(int repetitions) {
    double[] quick = new double[repetitions];
    double[] slow = new double[repetitions];
    double[] single = new double[repetitions];
    double[] four = new double[repetitions];
    double[] overhead = new double[repetitions];
    for (int i = -1; i < repetitions; i++) {
      double quickMillis = prefill(quantised);
      double slowMillis = prefill(fp32);
      Steps one = decode(1);
      Steps many = decode(ROWS);
      if (i >= 0) {
        quick[i] = quickMillis;
        slow[i] = slowMillis;
        single[i] = one.millis();
        four[i] = many.millis();
        overhead[i] = Math.max(one.overheadMillis(), many.overheadMillis());
      }
    }
    return new Result(
        Medians.of(quick),
        Medians.of(slow),
        Medians.of(single),
        Medians.of(four),
        Medians.of(overhead));
  }

  private double prefill(ModelRuntime runtime) {
    AnswerDecoder decoder = runtime.models().decoder();
    Prompt prompt = raw(0, PREFILL_POSITIONS - decoder.headPositions());
    return decoder
        .generate(prompt, Sampling.greedy(1), (index, piece) -> {})
        .join()
        .timeToFirstTokenMillis();
  }

  /**
   * Cost of a step while exactly {@code rows} answers are decoded.
   *
   * @param millis a step
   * @param overheadMillis of that, outside the engine
   */
  private record Steps(double millis, double overheadMillis) {
    static Steps between(DecodeTotals from, DecodeTotals to) {
      double steps = to.steps() - from.steps();
      double all = to.stepNanos() - from.stepNanos();
      double engine = to.engineNanos() - from.engineNanos();
      return new Steps(all / steps / 1e6, (all - engine) / steps / 1e6);
    }
  }

  private Steps decode(int rows) {
    Window window = new Window();
    List<CompletableFuture<Generation>> running = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      // The one that joins last watches: when it decodes, all of them do.
      AnswerDecoder.TokenListener listener = row == rows - 1 ? window : (index, piece) -> {};
      // Text without an end: the answers go on until they are cut.
      running.add(
          quantised
              .models()
              .decoder()
              .generate(raw(row * 8, DECODE_POSITIONS), Sampling.greedy(DECODE_TOKENS), listener));
    }
    running.forEach(CompletableFuture::join);
    return Steps.between(window.from, window.to);
  }

  /** What decoding has cost when a generation's first token, and a later one, came out. */
  private final class Window implements AnswerDecoder.TokenListener {
    private volatile DecodeTotals from = quantised.decodeTotals();
    private volatile DecodeTotals to = from;

    @Override
    public void onToken(int index, String piece) {
      if (index == 1) {
        from = quantised.decodeTotals();
      } else if (index > 1 && index <= LAST_FULL_STEP) {
        to = quantised.decodeTotals();
      }
    }
  }

  private Prompt raw(int from, int tokens) {
    return new Prompt(List.of(new Segment.Tokens(Arrays.copyOfRange(text, from, from + tokens))));
  }
}

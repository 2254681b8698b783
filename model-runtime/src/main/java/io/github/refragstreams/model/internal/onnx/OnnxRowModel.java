package io.github.refragstreams.model.internal.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.refragstreams.model.DecodeTotals;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Segment;
import io.github.refragstreams.model.internal.Natives;
import io.github.refragstreams.model.internal.bundle.Manifest;
import io.github.refragstreams.model.internal.decode.RowModel;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;

/**
 * The decoder, cut at the injection layer. Raw tokens run through the lower half, which sees raw
 * tokens only and counts positions over them; their states and the chunk vectors, laid out in
 * order, run through the upper half, which counts positions over the shortened sequence. Source:
 * arXiv 2509.01092v2, section 2, with the injection moved to a deeper layer.
 */
public final class OnnxRowModel implements RowModel, AutoCloseable {
  /**
   * @param rows most generations at the same time
   * @param maxPositions most positions of a row
   * @param kvPositions positions that keys and values are kept for, over all rows
   * @param prefillChunk positions that are read in one call
   */
  public record Size(int rows, int maxPositions, int kvPositions, int prefillChunk) {}

  private final Natives natives = new Natives();
  private final OrtEnvironment environment;
  private final Size size;
  private final int dimension;
  private final int vocabulary;
  private final DecoderHalf lower;
  private final DecoderHalf upper;
  private final int headPositions;

  /** States of the prompt's raw tokens, row by row. */
  private final FloatBuffer rawStates;

  /** Input of one upper call. */
  private final FloatBuffer mixed;

  private final LongBuffer ids;
  private final LongBuffer last;
  private final FloatBuffer logits;
  private final float[][] heapLogits;
  private final Step[] steps;
  private volatile DecodeTotals totals = new DecodeTotals(0, 0, 0, 0);

  /**
   * Reads the head.
   *
   * @param lowerSession stays its caller's, so does {@code upperSession}
   * @param head ids that every prompt starts with
   */
  public OnnxRowModel(
      OrtEnvironment environment,
      OrtSession lowerSession,
      OrtSession upperSession,
      Manifest manifest,
      Size size,
      int[] head) {
    this.environment = environment;
    this.size = size;
    this.dimension = manifest.dimension();
    this.vocabulary = manifest.vocabulary();
    int cut = manifest.injectionLayer();
    lower = half("lower", lowerSession, 0, cut, manifest);
    upper = half("upper", upperSession, cut, manifest.layers(), manifest);
    rawStates = Direct.floats((long) size.maxPositions * dimension);
    mixed = Direct.floats((long) Math.max(size.prefillChunk, size.rows) * dimension);
    ids = Direct.longs(Math.max(size.prefillChunk, size.rows));
    last = Direct.longs(size.rows); // zeros: a step has one position
    logits = Direct.floats((long) size.rows * vocabulary);
    heapLogits = new float[size.rows][vocabulary];
    steps = new Step[size.rows + 1];
    headPositions = head.length;
    readHead(head);
  }

  private DecoderHalf half(
      String name, OrtSession session, int firstLayer, int endLayer, Manifest manifest) {
    KvBlock.Layout layout =
        new KvBlock.Layout(firstLayer, endLayer, manifest.kvHeads(), manifest.headSize());
    return natives.own(
        new DecoderHalf(
            name, environment, session, layout, size.rows, size.kvPositions, size.maxPositions));
  }

  private void readHead(int[] head) {
    Reading reading = read(0, new Prompt(List.of(new Segment.Tokens(head))));
    while (!reading.advance()) {
      // piece by piece
    }
    lower.keepHead(0);
    upper.keepHead(0);
  }

  @Override
  public int rows() {
    return size.rows;
  }

  @Override
  public int maxPositions() {
    return size.maxPositions;
  }

  @Override
  public int kvPositions() {
    return size.kvPositions;
  }

  @Override
  public void arrange(int positions, int count) {
    lower.arrange(positions, count);
    upper.arrange(positions, count);
  }

  @Override
  public int headPositions() {
    return headPositions;
  }

  @Override
  public Reading read(int row, Prompt prompt) {
    PromptLayout layout = PromptLayout.of(prompt, dimension, vocabulary);
    lower.restart(row);
    upper.restart(row);
    return new PromptReading(row, layout);
  }

  @Override
  public float[][] step(int[] tokens) {
    long start = System.nanoTime();
    long engineBefore = lower.engineNanos() + upper.engineNanos();
    int count = tokens.length;
    for (int row = 0; row < count; row++) {
      ids.put(row, tokens[row]);
    }
    try {
      stepOf(count).run();
    } catch (OrtException e) {
      throw OrtFailures.of("a decoding step", e);
    }
    for (int row = 0; row < count; row++) {
      logits.get(row * vocabulary, heapLogits[row]);
    }
    DecodeTotals before = totals;
    totals =
        new DecodeTotals(
            before.steps() + 1,
            before.rows() + count,
            before.stepNanos() + System.nanoTime() - start,
            before.engineNanos() + lower.engineNanos() + upper.engineNanos() - engineBefore);
    return heapLogits;
  }

  @Override
  public void copyRow(int from, int to) {
    lower.copyRow(from, to);
    upper.copyRow(from, to);
  }

  /** What decoding has cost so far. Safe for any thread. */
  public DecodeTotals totals() {
    return totals;
  }

  @Override
  public void close() {
    natives.close();
  }

  private Step stepOf(int count) throws OrtException {
    Step step = steps[count];
    if (step == null) {
      step = new Step(count);
      steps[count] = step;
    }
    return step;
  }

  private OnnxTensor floats(FloatBuffer buffer, int from, int count, long... shape)
      throws OrtException {
    return OnnxTensor.createTensor(environment, buffer.slice(from, count), shape);
  }

  /** One token for each of the rows 0 to count - 1; the states pass from half to half in place. */
  private final class Step {
    private final int count;
    private final Map<String, OnnxTensor> lowerInputs;
    private final Map<String, OnnxTensor> lowerOutputs;
    private final Map<String, OnnxTensor> upperInputs;
    private final Map<String, OnnxTensor> upperOutputs;

    Step(int count) throws OrtException {
      this.count = count;
      OnnxTensor states = natives.own(floats(mixed, 0, count * dimension, count, 1, dimension));
      lowerInputs =
          Map.of(
              "input_ids",
              natives.own(
                  OnnxTensor.createTensor(
                      environment, ids.slice(0, count), new long[] {count, 1})));
      lowerOutputs = Map.of("states", states);
      upperInputs =
          Map.of(
              "states",
              states,
              "last",
              natives.own(
                  OnnxTensor.createTensor(environment, last.slice(0, count), new long[] {count})));
      upperOutputs =
          Map.of("logits", natives.own(floats(logits, 0, count * vocabulary, count, vocabulary)));
    }

    void run() throws OrtException {
      lower.append(0, count, 1, lowerInputs, lowerOutputs);
      upper.append(0, count, 1, upperInputs, upperOutputs);
    }
  }

  /** First all raw tokens through the lower half, then all positions through the upper one. */
  private final class PromptReading implements Reading {
    private final int row;
    private final PromptLayout layout;
    private int rawDone;
    private int positionsDone;

    PromptReading(int row, PromptLayout layout) {
      this.row = row;
      this.layout = layout;
    }

    @Override
    public boolean advance() {
      try {
        if (rawDone < layout.rawTokens()) {
          readLower(Math.min(size.prefillChunk, layout.rawTokens() - rawDone));
        } else {
          readUpper(Math.min(size.prefillChunk, layout.positions() - positionsDone));
        }
      } catch (OrtException e) {
        throw OrtFailures.of("reading a prompt", e);
      }
      return positionsDone == layout.positions();
    }

    @Override
    public float[] logits() {
      logits.get(0, heapLogits[0]);
      return heapLogits[0];
    }

    private void readLower(int width) throws OrtException {
      for (int i = 0; i < width; i++) {
        ids.put(i, layout.rawId(rawDone + i));
      }
      try (OnnxTensor input =
              OnnxTensor.createTensor(environment, ids.slice(0, width), new long[] {1, width});
          OnnxTensor states =
              floats(rawStates, rawDone * dimension, width * dimension, 1, width, dimension)) {
        lower.append(row, 1, width, Map.of("input_ids", input), Map.of("states", states));
      }
      rawDone += width;
    }

    private void readUpper(int width) throws OrtException {
      layout.fill(positionsDone, width, rawStates, mixed);
      LongBuffer lastOfPiece = Direct.longs(1).put(0, width - 1);
      try (OnnxTensor states = floats(mixed, 0, width * dimension, 1, width, dimension);
          OnnxTensor end = OnnxTensor.createTensor(environment, lastOfPiece, new long[] {1});
          OnnxTensor scores = floats(logits, 0, vocabulary, 1, vocabulary)) {
        upper.append(
            row, 1, width, Map.of("states", states, "last", end), Map.of("logits", scores));
      }
      positionsDone += width;
    }
  }
}

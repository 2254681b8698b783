package io.github.refragstreams.model.internal.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.refragstreams.model.internal.Natives;
import java.nio.IntBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The layers on one side of the injection, with the rows' keys and values and their lengths. Past
 * and present are the same memory: the graph appends in place. Memory for more than the longest row
 * is taken when a second row is first needed. For one thread.
 */
final class DecoderHalf implements AutoCloseable {
  private final String name;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final KvBlock.Layout layout;
  private final int capacity;
  private final int[] lengths;
  private final Map<Long, View> views = new HashMap<>();
  private final Natives natives = new Natives();
  private KvBlock kv;
  private KvBlock head;
  private int headLength;
  private long engineNanos;

  /**
   * @param session stays its caller's
   * @param rows most rows
   * @param capacity positions over all rows
   * @param positions of one row, until they are arranged otherwise; no row is ever longer
   */
  DecoderHalf(
      String name,
      OrtEnvironment environment,
      OrtSession session,
      KvBlock.Layout layout,
      int rows,
      int capacity,
      int positions) {
    this.name = name;
    this.environment = environment;
    this.session = session;
    this.layout = layout;
    this.capacity = capacity;
    this.kv = new KvBlock(layout, positions, positions);
    this.head = new KvBlock(layout, 1, 1);
    this.lengths = new int[rows];
  }

  /** Keeps what {@code row} holds now as the start of every later {@link #restart}. */
  void keepHead(int row) {
    headLength = lengths[row];
    int held = Math.max(1, headLength);
    head = new KvBlock(layout, held, held);
    head.copyFrom(kv, row, 0, headLength);
  }

  /**
   * Gives every row room for {@code positions}; the first {@code count} rows keep what they hold.
   */
  void arrange(int positions, int count) {
    if (count * positions > kv.capacity()) {
      grow();
    }
    kv.arrange(positions, lengths, count);
    forgetViews();
  }

  /** Makes {@code row} hold the head and nothing else. */
  void restart(int row) {
    reach(row);
    kv.copyFrom(head, 0, row, headLength);
    lengths[row] = headLength;
  }

  void copyRow(int from, int to) {
    reach(Math.max(from, to));
    kv.copyFrom(kv, from, to, lengths[from]);
    lengths[to] = lengths[from];
  }

  /**
   * Appends {@code width} positions to each of {@code count} rows from {@code from} on.
   *
   * @param inputs the graph's inputs besides keys, values and lengths
   * @param outputs pinned outputs besides keys and values
   */
  void append(
      int from,
      int count,
      int width,
      Map<String, OnnxTensor> inputs,
      Map<String, OnnxTensor> outputs)
      throws OrtException {
    View view = view(from, count);
    int longest = 0;
    for (int row = 0; row < count; row++) {
      int length = lengths[from + row] + width;
      view.seqlens.put(row, length - 1);
      longest = Math.max(longest, length);
    }
    if (longest > kv.positions()) {
      throw new IllegalStateException(
          name + " would hold " + longest + " positions in a row of " + kv.positions());
    }
    view.total.put(0, longest);
    view.inputs.putAll(inputs);
    view.outputs.putAll(outputs);
    long start = System.nanoTime();
    session.run(view.inputs, view.outputs).close(); // pinned tensors survive the close
    engineNanos += System.nanoTime() - start;
    for (int row = 0; row < count; row++) {
      lengths[from + row] += width;
    }
  }

  /** Time spent inside the engine so far. */
  long engineNanos() {
    return engineNanos;
  }

  @Override
  public void close() {
    natives.close();
  }

  private void reach(int row) {
    if (row >= kv.rows()) {
      grow();
    }
  }

  private void grow() {
    KvBlock all = new KvBlock(layout, capacity, kv.positions());
    // Short rows: the block has room for more than there may be. Idle ones hold nothing of worth.
    int rows = Math.min(kv.rows(), lengths.length);
    for (int held = 0; held < rows; held++) {
      all.copyFrom(kv, held, held, Math.min(lengths[held], kv.positions()));
    }
    kv = all;
    forgetViews();
  }

  private void forgetViews() {
    views.clear();
    natives.close();
  }

  private View view(int from, int count) throws OrtException {
    long key = (long) from << 32 | count;
    View view = views.get(key);
    if (view == null) {
      view = new View(from, count);
      views.put(key, view);
    }
    return view;
  }

  /** Everything of a call over the same rows that does not change; made once. */
  private final class View {
    final IntBuffer seqlens;
    final IntBuffer total = Direct.ints(1);
    final Map<String, OnnxTensor> inputs = new HashMap<>();
    final Map<String, OnnxTensor> outputs = new HashMap<>();

    View(int from, int count) throws OrtException {
      seqlens = Direct.ints(count);
      inputs.put(
          "seqlens_k",
          natives.own(OnnxTensor.createTensor(environment, seqlens, new long[] {count})));
      inputs.put(
          "total_sequence_length",
          natives.own(OnnxTensor.createTensor(environment, total, new long[0])));
      kv.view(environment, from, count, natives)
          .forEach(
              (layer, tensor) -> {
                inputs.put("past." + layer, tensor);
                outputs.put("present." + layer, tensor);
              });
    }
  }
}

package io.github.refragstreams.model.internal.decode;

import io.github.refragstreams.model.AnswerDecoder;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.Telemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Continuous batching. One thread runs the model; each turn reads a piece of at most one prompt and
 * then decodes one token for every running generation. So a long prompt does not hold up the
 * others: between two tokens of an answer, one piece is read at most.
 *
 * <p>Who waits is admitted in order (see {@link WaitingLine}), as soon as there is a row and memory
 * for its keys and values: with the positions of the longest row in every row (see {@link Rows}).
 * Nobody is overtaken, so a long prompt waits at most until what runs has ended. A stream of events
 * has one unanswered question per conversation here at a time, and a task a bounded number of them:
 * order of arrival is fair between conversations, and no task can starve another.
 *
 * <p>INVARIANT: generation i runs in row i, the prompt being read is in the row after the last one
 * or further. A generation that ends leaves a gap, which the last row closes. A request that left
 * the line is in {@link #running}, is {@link #reading} or is over.
 */
public final class ContinuousDecoder implements AnswerDecoder {
  private static final Logger LOGGER = LoggerFactory.getLogger(ContinuousDecoder.class);

  /**
   * @param stopToken id that ends an answer
   * @param waiting most generations that wait for a row
   */
  public record Settings(int stopToken, int waiting) {}

  private final RowModel model;
  private final Settings settings;
  private final IntFunction<byte[]> bytesOfToken;
  private final LongSupplier nanos;
  private final DecodeMeters meters;
  private final WaitingLine line;

  // Only the decoder's thread uses these.
  private final List<Request> running = new ArrayList<>();
  private @Nullable Request reading;
  private int readingRow;
  private final Rows rows;

  private @Nullable Thread thread;

  ContinuousDecoder(
      RowModel model,
      Settings settings,
      IntFunction<byte[]> bytesOfToken,
      LongSupplier nanos,
      Telemetry telemetry) {
    this.model = model;
    this.rows = new Rows(model);
    this.settings = settings;
    this.bytesOfToken = bytesOfToken;
    this.nanos = nanos;
    // What waits while rows are free is about to be admitted: it is not in anyone's way.
    this.line = new WaitingLine(settings.waiting + model.rows());
    this.meters = new DecodeMeters(telemetry.meters(), line::size);
  }

  /**
   * Starts a decoder with a thread of its own. It does not own the model, but nothing else uses it
   * until {@link #close} has returned.
   */
  public static ContinuousDecoder start(
      RowModel model, Settings settings, IntFunction<byte[]> bytesOfToken, Telemetry telemetry) {
    ContinuousDecoder decoder =
        new ContinuousDecoder(model, settings, bytesOfToken, System::nanoTime, telemetry);
    Thread thread = new Thread(decoder::run, "refrag-decoder");
    thread.setDaemon(true);
    decoder.thread = thread;
    thread.start();
    return decoder;
  }

  @Override
  public int headPositions() {
    return model.headPositions();
  }

  @Override
  public int maxPositions() {
    return model.maxPositions();
  }

  @Override
  public CompletableFuture<Generation> generate(
      Prompt prompt, Sampling sampling, TokenListener listener) {
    int positions = model.headPositions() + prompt.positions();
    if (prompt.positions() == 0 || positions + sampling.maxTokens() > model.maxPositions()) {
      return CompletableFuture.failedFuture(
          new ModelException(
              Kind.INPUT,
              "the prompt has "
                  + positions
                  + " positions for an answer of "
                  + sampling.maxTokens()
                  + " tokens; together they may have "
                  + model.maxPositions()
                  + ", and the prompt needs more than its head"));
    }
    Request request = new Request(prompt, sampling, listener, positions, nanos.getAsLong());
    try {
      line.add(request);
    } catch (ModelException e) {
      return CompletableFuture.failedFuture(e);
    }
    return request.result;
  }

  @Override
  public void close() {
    line.close();
    Thread worker = thread;
    if (worker == null) {
      failAll();
      return;
    }
    boolean interrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (awaitWork()) {
        turnOrFail();
      }
    } finally {
      // However this thread ends: nobody else completes what waits, or would come to wait.
      line.close();
      failAll();
    }
  }

  /** A turn that fails is the end of what was running, not of the decoder. */
  private void turnOrFail() {
    try {
      turn();
    } catch (Throwable e) {
      // Errors of any kind as well: this thread alone completes requests. Were it to end, those
      // that it has, and all that come later, would wait for ever.
      failRunning(new ModelException(Kind.MODEL, "the decoder failed", e));
      LOGGER.error("the decoder failed", e);
    }
  }

  /** False when the decoder closes. */
  private boolean awaitWork() {
    if (running.isEmpty() && reading == null) {
      try {
        line.await();
      } catch (InterruptedException e) {
        line.close(); // nobody but the owner of the process interrupts this thread
      }
    }
    return !line.isClosed();
  }

  /** One turn: admit, read a piece, decode one token each. True when there was something to do. */
  boolean turn() {
    dropCancelled();
    admit();
    boolean busy = reading != null || !running.isEmpty();
    readPiece();
    step();
    meters.running(running.size() + (reading == null ? 0 : 1));
    return busy;
  }

  private void dropCancelled() {
    if (reading != null && reading.isOver()) {
      reading = null;
    }
    for (int row = running.size() - 1; row >= 0; row--) {
      if (running.get(row).isOver()) {
        leave(row);
      }
    }
  }

  private void admit() {
    while (reading == null) {
      Request next = firstInLine();
      if (next == null) {
        return;
      }
      // At once: it has left the line, and whatever fails from here on has to find it.
      reading = next;
      readingRow = running.size();
      next.admitted = nanos.getAsLong();
      meters.admitted(next.admitted - next.submitted);
      try {
        next.reading = model.read(readingRow, next.prompt);
      } catch (RuntimeException e) {
        failReading(next, e);
      }
    }
  }

  /** Takes who has waited longest, if there is room for it. */
  private @Nullable Request firstInLine() {
    for (Request first = line.first(); first != null; first = line.first()) {
      if (!rows.fit(running.stream().mapToInt(Request::mostPositions), first.mostPositions())) {
        return null;
      }
      if (line.take(first)) {
        return first;
      }
    }
    return null;
  }

  private void readPiece() {
    Request request = reading;
    if (request == null || request.reading == null) {
      return;
    }
    try {
      if (!request.reading.advance()) {
        return;
      }
    } catch (RuntimeException e) {
      failReading(request, e);
      return;
    }
    request.firstToken = nanos.getAsLong();
    meters.prefilled(request.firstToken - request.admitted);
    if (take(request, request.reading.logits())) {
      request.reading = null;
      if (readingRow != running.size()) {
        model.copyRow(readingRow, running.size());
      }
      running.add(request);
    }
    reading = null;
  }

  /** What fails while a prompt is read is that prompt's alone: answers that run go on. */
  private void failReading(Request request, RuntimeException failure) {
    reading = null;
    request.result.completeExceptionally(
        failure instanceof ModelException known
            ? known
            : new ModelException(Kind.INPUT, "the prompt cannot be read", failure));
  }

  private void step() {
    if (running.isEmpty()) {
      return;
    }
    int[] tokens = running.stream().mapToInt(request -> request.lastToken).toArray();
    float[][] logits;
    try {
      logits = model.step(tokens);
    } catch (ModelException e) {
      // One call for all of them: whatever the runtime says of its input, none of them is to blame.
      failRunning(e.kind() == Kind.INPUT ? new ModelException(Kind.MODEL, "a step failed", e) : e);
      return;
    }
    meters.step(tokens.length);
    for (int row = tokens.length - 1; row >= 0; row--) {
      if (!take(running.get(row), logits[row])) {
        leave(row);
      }
    }
  }

  /** Takes the next token of a generation; false when it has ended. */
  private boolean take(Request request, float[] logits) {
    int token = request.sampler.pick(logits);
    if (token < 0) {
      request.result.completeExceptionally(
          new ModelException(Kind.MODEL, "the next token's scores are no numbers"));
      return false;
    }
    if (token == settings.stopToken) {
      request.finish(nanos.getAsLong(), false);
      return false;
    }
    measure(request);
    String text = request.append(bytesOfToken.apply(token));
    request.lastToken = token;
    int index = request.tokens++;
    try {
      request.listener.onToken(index, text);
    } catch (RuntimeException e) {
      request.result.completeExceptionally(
          new ModelException(Kind.INPUT, "the token listener failed", e));
      return false;
    }
    if (request.tokens == request.sampling.maxTokens()) {
      request.finish(nanos.getAsLong(), true);
      return false;
    }
    return true;
  }

  private void measure(Request request) {
    long now = nanos.getAsLong();
    if (request.tokens == 0) {
      meters.token();
    } else {
      meters.token(now - request.tokenAt);
    }
    request.tokenAt = now;
  }

  private void leave(int row) {
    int last = running.size() - 1;
    if (row != last) {
      model.copyRow(last, row); // may fail: all are still where they were
      running.set(row, running.get(last));
    }
    running.remove(last);
  }

  private void failRunning(ModelException failure) {
    running.forEach(request -> request.result.completeExceptionally(failure));
    running.clear();
    meters.running(0);
    if (reading != null) {
      reading.result.completeExceptionally(failure);
      reading = null;
    }
  }

  private void failAll() {
    failRunning(WaitingLine.closing());
    line.drain().forEach(request -> request.result.completeExceptionally(WaitingLine.closing()));
  }
}

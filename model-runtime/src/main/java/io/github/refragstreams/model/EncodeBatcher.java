package io.github.refragstreams.model;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.refragstreams.model.ModelException.Kind;
import io.github.refragstreams.model.internal.batch.TaskRunner;
import io.github.refragstreams.model.internal.batch.ThreadTaskRunner;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers passages of many callers into encoder calls.
 *
 * <p>A batch is a span with links to the spans that are current where {@link #encode} is called.
 *
 * <p>Promises: (1) an accepted passage completes exactly once, and one that all its callers have
 * cancelled before its call is not encoded; (2) those who ask get equal shares, and each its
 * passages of one k in the order they came ({@link FairQueue}); (3) {@link #encode} never waits for
 * the encoder; (4) no foreign code runs under the lock; (5) passages with the same tokens and k, in
 * flight at the same time, are encoded once; (6) after {@link #close} has returned, the encoder is
 * not called any more; (7) a passage that is asked for waits for none that nobody asks for, but
 * those in the call that runs; (8) a passage waits for its call no longer than the longest wait,
 * unless the encoder is busy.
 */
public final class EncodeBatcher implements PassageEncoder {
  private static final Logger LOGGER = LoggerFactory.getLogger(EncodeBatcher.class);

  /**
   * When a batch leaves, and how much may wait.
   *
   * @param batchTokens most tokens in one encoder call, unless one passage alone has more
   * @param maxWait longest time a passage waits for company
   * @param queueTokens most tokens that are asked for and wait, and most that nobody asks for; a
   *     passage is accepted by an empty queue at any size
   */
  public record Limits(int batchTokens, Duration maxWait, int queueTokens) {}

  private static final AttributeKey<Long> PASSAGES = AttributeKey.longKey("refrag.passages");

  /** As many as tracers keep. */
  private static final int MOST_LINKS = 128;

  private final ChunkEncoder encoder;
  private final Limits limits;
  private final TaskRunner runner;
  private final EncodeMeters meters;
  private final Tracer tracer;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final FairQueue asked = new FairQueue();

  /** What nobody asks for yet. */
  @GuardedBy("lock")
  private final FairQueue ahead = new FairQueue();

  @GuardedBy("lock")
  private long numbers;

  /** Whether it has encoded anything since it failed on both halves of a batch. */
  private boolean works = true;

  /** Waiting and being encoded. */
  @GuardedBy("lock")
  private final Map<PendingPassage.Key, PendingPassage> inFlight = new HashMap<>();

  @GuardedBy("lock")
  private boolean closed;

  EncodeBatcher(ChunkEncoder encoder, Limits limits, TaskRunner runner, Telemetry telemetry) {
    this.encoder = encoder;
    this.limits = limits;
    this.runner = runner;
    this.meters = new EncodeMeters(telemetry.meters(), this::queuedTokens);
    this.tracer = telemetry.tracer();
  }

  /** Starts a batcher that tells nobody what it does. */
  public static EncodeBatcher start(ChunkEncoder encoder, Limits limits) {
    return start(encoder, limits, Telemetry.none());
  }

  /** Starts a batcher with a thread of its own. It does not own the encoder. */
  public static EncodeBatcher start(ChunkEncoder encoder, Limits limits, Telemetry telemetry) {
    return new EncodeBatcher(encoder, limits, new ThreadTaskRunner("refrag-encoder"), telemetry);
  }

  @Override
  public CompletableFuture<ChunkVectors> encode(ChunkedText passage, Asker asker) {
    if (passage.tokens() == 0) {
      return CompletableFuture.failedFuture(
          new ModelException(Kind.INPUT, "the passage has no tokens"));
    }
    PendingPassage.Key key = PendingPassage.Key.of(passage);
    SpanContext caller = Span.current().getSpanContext();
    boolean full;
    CompletableFuture<ChunkVectors> copy;
    synchronized (lock) {
      if (closed) {
        return refusal(Kind.TRANSIENT, "the encoder is closed");
      }
      FairQueue queue = asker.waits() ? asked : ahead;
      PendingPassage pending = inFlight.get(key);
      if (pending == null) {
        if (!hasRoom(queue, passage)) {
          return refusal(
              Kind.BUSY,
              "the encoder's queue holds "
                  + queue.tokens()
                  + " of "
                  + limits.queueTokens
                  + " tokens");
        }
        pending = new PendingPassage(key, passage, numbers++, runner.nanoTime());
        inFlight.put(key, pending);
        queue.add(pending, asker);
      } else if (asker.waits()) {
        moveUp(pending, asker);
      }
      pending.callers.add(caller);
      copy = copy(pending);
      full = queue.tokens() >= limits.batchTokens;
    }
    if (full) {
      runner.execute(this::encodeDue);
    }
    // Also when full: perhaps it is this passage that has no room in the batch.
    runner.schedule(limits.maxWait, this::encodeDue);
    return copy;
  }

  @GuardedBy("lock")
  private boolean hasRoom(FairQueue queue, ChunkedText passage) {
    return queue.isEmpty() || queue.tokens() + passage.tokens() <= limits.queueTokens;
  }

  /** Somebody else asks for it. One that is in no queue is at the encoder. */
  @GuardedBy("lock")
  private void moveUp(PendingPassage pending, Asker asker) {
    if (ahead.remove(pending)) {
      asked.add(pending, asker);
    } else {
      asked.share(pending, asker);
    }
  }

  /** For one more caller: one that cancels its own future leaves those of others alone. */
  @GuardedBy("lock")
  private CompletableFuture<ChunkVectors> copy(PendingPassage pending) {
    pending.waiting++;
    CompletableFuture<ChunkVectors> copy = pending.result.copy();
    var unused =
        copy.whenComplete(
            (vectors, failure) -> {
              if (copy.isCancelled()) {
                withdraw(pending);
              }
            });
    return copy;
  }

  /** A caller waits no longer. */
  private void withdraw(PendingPassage pending) {
    synchronized (lock) {
      pending.waiting--;
      if (pending.waiting == 0 && (asked.remove(pending) || ahead.remove(pending))) {
        inFlight.remove(pending.key, pending);
      }
    }
  }

  @Override
  public void close() {
    List<PendingPassage> waiting;
    synchronized (lock) {
      closed = true;
      waiting = Stream.concat(asked.clear().stream(), ahead.clear().stream()).toList();
    }
    waiting.forEach(p -> fail(p, new ModelException(Kind.TRANSIENT, "the encoder is closing")));
    runner.close();
  }

  /** Encodes batches until none is due. On the runner's thread. */
  private void encodeDue() {
    for (List<PendingPassage> batch = takeDue(); !batch.isEmpty(); batch = takeDue()) {
      try {
        measured(batch);
      } catch (Throwable e) {
        // Errors of any kind as well: what has left the queue is known here alone. Its callers, and
        // all that ask for the same passages later, would wait for ever.
        failAll(
            batch.stream().filter(pending -> !pending.result.isDone()).toList(),
            new ModelException(Kind.MODEL, "the encoder failed", e));
        LOGGER.error("the encoder failed", e);
      }
    }
  }

  private void measured(List<PendingPassage> batch) {
    meters.batch(
        batch.stream().mapToInt(pending -> pending.tokens()).sum(),
        batch.size(),
        runner.nanoTime() - batch.stream().mapToLong(pending -> pending.since).min().orElseThrow());
    Span span = span(batch);
    try {
      encode(batch);
    } finally {
      span.end();
    }
  }

  /** Belongs to no trace: it links to those of all callers. */
  private Span span(List<PendingPassage> batch) {
    SpanBuilder span =
        tracer
            .spanBuilder("encode batch")
            .setNoParent()
            .setAttribute(PASSAGES, (long) batch.size());
    batch.stream()
        .flatMap(pending -> pending.callers.stream())
        .filter(SpanContext::isValid)
        .distinct()
        .limit(MOST_LINKS)
        .forEach(span::addLink);
    return span.startSpan();
  }

  /** What nobody asks for leaves only while nothing else waits. */
  private List<PendingPassage> takeDue() {
    synchronized (lock) {
      return takeDue(asked.isEmpty() ? ahead : asked);
    }
  }

  /** A batch of one k when it is full or its oldest passage has waited long enough, else none. */
  @GuardedBy("lock")
  private List<PendingPassage> takeDue(FairQueue queue) {
    long now = runner.nanoTime();
    boolean due =
        queue.tokens() >= limits.batchTokens
            || (!queue.isEmpty() && now - queue.oldest(now) >= limits.maxWait.toNanos());
    return due ? queue.take(limits.batchTokens) : List.of();
  }

  private void encode(List<PendingPassage> batch) {
    ModelException failure = attempt(batch);
    if (failure != null) {
      narrow(batch, failure);
    }
  }

  /**
   * Halves a batch that has failed until the passage that cannot be encoded stands alone. A model
   * that has failed on both halves of one, and on all since, is broken: it is not asked for smaller
   * ones.
   */
  private void narrow(List<PendingPassage> batch, ModelException failure) {
    if (batch.size() == 1) {
      failAll(batch, failure);
      return;
    }
    List<PendingPassage> first = batch.subList(0, batch.size() / 2);
    List<PendingPassage> second = batch.subList(batch.size() / 2, batch.size());
    ModelException ofFirst = attempt(first);
    ModelException ofSecond = attempt(second);
    if (blamesTheModel(ofFirst) && blamesTheModel(ofSecond)) {
      if (!works) {
        failAll(batch, failure);
        return;
      }
      works = false;
    }
    if (ofFirst != null) {
      narrow(first, ofFirst);
    }
    if (ofSecond != null) {
      narrow(second, ofSecond);
    }
  }

  private static boolean blamesTheModel(@Nullable ModelException failure) {
    return failure != null && failure.kind() != Kind.INPUT;
  }

  /** Null when the batch is encoded. */
  private @Nullable ModelException attempt(List<PendingPassage> batch) {
    List<ChunkVectors> vectors;
    try {
      vectors = call(batch.stream().map(pending -> pending.passage).toList());
    } catch (OutOfMemoryError e) {
      return new ModelException(Kind.MODEL, "the encoder ran out of memory", e);
    } catch (RuntimeException e) {
      return failure(e);
    }
    works = true;
    for (int i = 0; i < batch.size(); i++) {
      PendingPassage pending = batch.get(i);
      // In this order: who asks meanwhile gets these vectors, and asks for none anew.
      pending.result.complete(vectors.get(i));
      forget(pending);
    }
    return null;
  }

  private List<ChunkVectors> call(List<ChunkedText> passages) {
    long start = runner.nanoTime();
    boolean succeeded = false;
    try {
      List<ChunkVectors> vectors = encoder.encode(passages);
      succeeded = true;
      return vectors;
    } finally {
      meters.call(succeeded, runner.nanoTime() - start);
    }
  }

  private static ModelException failure(RuntimeException e) {
    return e instanceof ModelException known
        ? known
        : new ModelException(Kind.INPUT, "the passage cannot be encoded", e);
  }

  private void failAll(List<PendingPassage> batch, ModelException failure) {
    batch.forEach(pending -> fail(pending, failure));
    LOGGER
        .atWarn()
        .addKeyValue("kind", failure.kind())
        .addKeyValue("passages", batch.size())
        .log("passages could not be encoded");
    LOGGER.debug("encoder failure", failure);
  }

  private void fail(PendingPassage pending, ModelException failure) {
    forget(pending);
    pending.result.completeExceptionally(failure);
  }

  private int queuedTokens() {
    synchronized (lock) {
      return asked.tokens() + ahead.tokens();
    }
  }

  private void forget(PendingPassage pending) {
    synchronized (lock) {
      inFlight.remove(pending.key, pending);
    }
  }

  private static CompletableFuture<ChunkVectors> refusal(Kind kind, String message) {
    return CompletableFuture.failedFuture(new ModelException(kind, message));
  }
}

package io.github.refragstreams.topology.internal.encode;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PassageEncoder.Asker;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.EncodeConfig;
import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.Stage;
import io.github.refragstreams.topology.TopologyConfig;
import io.github.refragstreams.topology.internal.intake.RefusedPassages;
import io.github.refragstreams.topology.internal.record.Origin;
import io.github.refragstreams.topology.internal.record.TextHash;
import io.github.refragstreams.topology.internal.refusal.Failures;
import io.github.refragstreams.topology.internal.refusal.UnusableRecordException;
import io.github.refragstreams.topology.internal.store.EncodedText;
import io.github.refragstreams.topology.internal.store.Pending;
import io.github.refragstreams.topology.internal.telemetry.EncodeMeters;
import io.github.refragstreams.topology.internal.telemetry.TaskTelemetry;
import io.github.refragstreams.topology.internal.telemetry.Traces;
import io.github.refragstreams.topology.internal.work.Inbox;
import io.github.refragstreams.topology.internal.work.Retry;
import io.github.refragstreams.topology.internal.work.Submission;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * One open encode task: answers from the store of vectors, or lets a passage wait, durably, while
 * the encoder works on it. A crash repeats the encoding, never the forwarding. For the task's
 * thread; only {@link Inbox} is shared with the encoder's.
 */
final class EncodeTask {
  /**
   * What a call forwards at once, so that a transaction stays short, however much is due: a text
   * whose vectors are there counts 1.
   */
  private static final int MOST_AT_ONCE = 256;

  /** A text that is refused has been split into tokens first, and leaves a dead letter. */
  private static final int REFUSAL = 8;

  private final Models models;
  private final TopologyConfig config;
  private final int chunkTokens;
  private final Function<Origin, Subject> reader;
  private final LongSupplier clock;
  private final VectorCache cache;
  private final PendingPassages pending;
  private final EncodeOutputs outputs;
  private final RefusedPassages refused;
  private final EncodeMeters meters;
  private final Retry retry;
  private final Inbox<Finished> inbox;

  /** Passages that queries wait for. */
  private final Lane passages;

  /** Passages of documents, which nobody waits for: they neither delay nor displace the others. */
  private final Lane documents;

  /** At the encoder, with the passages that wait for each. */
  private final Map<Bytes, Flight> flights = new HashMap<>();

  /**
   * @param calls for the same vectors, to be cancelled together
   */
  private record Flight(
      Lane lane,
      ChunkedText text,
      List<CompletableFuture<ChunkVectors>> calls,
      List<Waiting> waiting) {
    /** Whether the encoder is done with it, and would encode it once more if it were asked. */
    boolean isBack() {
      return calls.get(0).isDone();
    }
  }

  private record Waiting(long id, Lane lane) {}

  private record Finished(Bytes key, @Nullable ChunkVectors vectors, @Nullable Throwable failure) {}

  /**
   * @param reader what is to be encoded of a waiting record
   * @param clock milliseconds of the wall clock
   */
  EncodeTask(
      Models models,
      TopologyConfig config,
      Function<Origin, Subject> reader,
      LongSupplier clock,
      VectorCache cache,
      PendingPassages pending,
      EncodeOutputs outputs,
      TaskTelemetry telemetry) {
    this.models = models;
    this.config = config;
    this.chunkTokens = models.bundle().defaultChunkTokens();
    this.reader = reader;
    this.clock = clock;
    this.cache = cache;
    this.pending = pending;
    this.outputs = outputs;
    this.refused = new RefusedPassages(config.limits());
    this.meters = telemetry.encode();
    this.inbox = new Inbox<>(config.taskWait());
    this.retry =
        new Retry(
            config.retry(),
            Stage.ENCODE,
            ErrorCode.PASSAGE_NOT_ENCODABLE,
            telemetry.encodeRetries());
    EncodeConfig most = config.encode();
    this.passages =
        new Lane(
            "passages",
            most.inFlight(),
            "encode.max-pending",
            most.maxPending(),
            meters.queries().open());
    this.documents =
        new Lane(
            "passages of documents",
            most.documentsInFlight(),
            "encode.max-pending-documents",
            most.maxPendingDocuments(),
            meters.documents().open());
    // Submitted by the first tick: nothing can be forwarded yet.
    long now = clock.getAsLong();
    pending.load((id, waiting) -> restore(id, waiting, now));
  }

  private void restore(long id, Pending waiting, long now) {
    Lane lane = lane(waiting.origin());
    if (waiting.notBefore() <= now) {
      lane.add(id, asker(waiting.origin()));
    } else {
      lane.restore(id, waiting.notBefore());
    }
  }

  /**
   * @param id never used before in this task
   */
  void accept(long id, Origin origin, Subject subject) {
    long now = clock.getAsLong();
    EncodedText known = cache.get(key(subject), now);
    meters.lookup(known != null);
    if (known != null) {
      outputs.cached(origin, subject, known);
      return;
    }
    Lane lane = lane(origin);
    if (lane == passages) {
      inbox.awaitRoom(
          this::hasRoom,
          finished -> {
            finish(finished);
            // The encoder has no pause while the thread waits.
            submit();
          });
    }
    try {
      lane.checkRoom();
    } catch (UnusableRecordException e) {
      outputs.refuse(origin, subject, e);
      return;
    }
    pending.put(id, Pending.since(now, origin, null));
    lane.add(id, asker(origin));
    submit();
  }

  /** A passage that was refused before it came here. */
  void passOn(Origin origin, RetrievedPassage passage) {
    outputs.passOn(origin, passage);
  }

  /**
   * What the task has failed on, and what goes to the dead letters for it, unless it waits already.
   *
   * @param event null when it cannot be read
   */
  void giveUp(long id, Origin origin, @Nullable SpecificRecord event) {
    if (pending.get(id) == null) {
      tell(origin, event);
    }
  }

  /** Takes finished work back, and starts what is due. */
  void tick() {
    inbox.tick(this::finish);
    passages.release();
    documents.release();
    submit();
    cache.evict(clock.getAsLong());
    passages.tell();
    documents.tell();
  }

  /** Whether nothing waits for the encoder, or for a time. */
  boolean isIdle() {
    return flights.isEmpty() && passages.pending() == 0 && documents.pending() == 0;
  }

  void close() {
    flights.values().forEach(flight -> flight.calls.forEach(call -> call.cancel(true)));
    passages.close();
    documents.close();
  }

  /** Passages of one query have its key. */
  private static Bytes asker(Origin origin) {
    byte[] key = origin.key();
    return Bytes.wrap(key == null ? new byte[0] : key);
  }

  private boolean hasRoom() {
    return passages.pending() < config.encode().backlog();
  }

  private Lane lane(Origin origin) {
    return origin.topic().equals(config.topics().documents()) ? documents : passages;
  }

  private void submit() {
    long now = clock.getAsLong();
    submit(passages, now);
    if (passages.mayFly()) {
      submit(documents, now);
    }
  }

  /** What is left is submitted at the next tick. */
  private void submit(Lane lane, long now) {
    int done = 0;
    while (lane.mayFly() && done < MOST_AT_ONCE) {
      OptionalLong next = lane.next(now);
      if (next.isEmpty()) {
        return;
      }
      done += start(next.getAsLong(), now);
    }
  }

  /** Returns what it counts. */
  private int start(long id, long now) {
    Pending waiting = pending.get(id);
    if (waiting == null) {
      return 1;
    }
    Subject subject;
    try {
      subject = reader.apply(waiting.origin());
    } catch (RuntimeException e) {
      UnusableRecordException why = Failures.unreadable(Stage.ENCODE, e);
      leave(id, waiting);
      outputs.refuse(waiting.origin(), why);
      tell(waiting.origin(), null);
      return REFUSAL;
    }
    return start(id, waiting, subject, now);
  }

  private int start(long id, Pending waiting, Subject subject, long now) {
    Lane lane = lane(waiting.origin());
    Bytes key = key(subject);
    Flight same = flights.get(key);
    EncodedText known = same == null ? cache.get(key, now) : null;
    if (same != null) {
      same.waiting.add(new Waiting(id, lane));
      if (subject.asker().waits() && !same.isBack()) {
        // On its way already: the encoder only moves it up.
        CompletableFuture<ChunkVectors> call = encode(same.text, subject.asker());
        if (call != null) {
          same.calls.add(call);
        }
      }
    } else if (known != null) {
      leave(id, waiting);
      outputs.cached(waiting.origin(), subject, known);
    } else {
      try (Scope unused = trace(waiting.origin(), subject).makeCurrent()) {
        send(lane, id, key, chunk(subject), subject.asker());
      } catch (UnusableRecordException e) {
        refuse(id, waiting, subject, e);
        return REFUSAL;
      } catch (ModelException e) {
        // The tokenizer is closing, for instance: the text is not to blame.
        fail(id, e, now);
        return REFUSAL;
      }
    }
    return 1;
  }

  /** What the encoder's batch will link to. */
  private static Context trace(Origin origin, Subject subject) {
    RetrievedPassage passage = subject.passage();
    return passage == null ? Context.root() : Traces.parent(origin.headers(), passage.getQueryId());
  }

  private void send(Lane lane, long id, Bytes key, ChunkedText text, Asker asker) {
    CompletableFuture<ChunkVectors> vectors = encode(text, asker);
    if (vectors == null) {
      lane.hold(id);
      return;
    }
    flights.put(
        key,
        new Flight(
            lane,
            text,
            new ArrayList<>(List.of(vectors)),
            new ArrayList<>(List.of(new Waiting(id, lane)))));
    lane.fly();
    var unused =
        vectors.whenComplete((rows, failure) -> inbox.add(new Finished(key, rows, failure)));
  }

  /** Null when the encoder has enough. */
  private @Nullable CompletableFuture<ChunkVectors> encode(ChunkedText text, Asker asker) {
    return Submission.of(models.encoder(), text, asker);
  }

  private ChunkedText chunk(Subject subject) {
    ChunkedText text;
    try {
      text = models.chunker().chunk(subject.title(), subject.text(), chunkTokens);
    } catch (RuntimeException e) {
      if (e instanceof ModelException model && model.kind() != ModelException.Kind.INPUT) {
        throw model;
      }
      throw refusal(ErrorCode.PASSAGE_NOT_ENCODABLE, "the text cannot be split into tokens", e);
    }
    if (text.tokens() == 0) {
      throw refusal(ErrorCode.PASSAGE_NOT_ENCODABLE, "the text has no tokens", null);
    }
    int most = config.limits().passageTokens();
    if (text.tokens() > most) {
      throw refusal(
          ErrorCode.PASSAGE_TOO_LONG,
          "title and text have " + text.tokens() + " tokens; limits.passage-tokens is " + most,
          null);
    }
    return text;
  }

  private void finish(Finished finished) {
    Flight flight = flights.remove(finished.key);
    if (flight == null) {
      return;
    }
    flight.lane.land();
    long now = clock.getAsLong();
    if (finished.vectors != null) {
      retry.succeeded(now);
      EncodedText text = EncodedText.of(flight.text, finished.vectors);
      cache.put(finished.key, text, now);
      served(flight, MOST_AT_ONCE).forEach(one -> succeed(one.id, text, now));
    } else if (finished.failure != null) {
      served(flight, MOST_AT_ONCE / REFUSAL).forEach(one -> fail(one.id, finished.failure, now));
    }
  }

  /** The first ones that waited; the others are next to be started, with what is known by then. */
  private static List<Waiting> served(Flight flight, int most) {
    List<Waiting> all = flight.waiting;
    for (int i = all.size() - 1; i >= most; i--) {
      all.get(i).lane.addFirst(all.get(i).id);
    }
    return all.subList(0, Math.min(most, all.size()));
  }

  private void succeed(long id, EncodedText text, long now) {
    Pending waiting = pending.get(id);
    if (waiting != null) {
      leave(id, waiting);
      Subject subject = reader.apply(waiting.origin());
      outputs.encoded(waiting.origin(), subject, text, Math.max(0, now - waiting.since()));
    }
  }

  private void fail(long id, Throwable failure, long now) {
    Pending waiting = pending.get(id);
    if (waiting == null) {
      return;
    }
    try {
      Pending again = retry.after(failure, waiting, now);
      pending.put(id, again);
      lane(waiting.origin()).again(id, again.notBefore());
    } catch (UnusableRecordException e) {
      refuse(id, waiting, reader.apply(waiting.origin()), e);
    }
  }

  private void refuse(long id, Pending waiting, Subject subject, UnusableRecordException why) {
    leave(id, waiting);
    outputs.refuse(waiting.origin(), subject, why);
  }

  private void leave(long id, Pending waiting) {
    pending.remove(id);
    lane(waiting.origin()).remove();
  }

  /** The query of a passage that was refused need not wait for it. */
  private void tell(Origin origin, @Nullable SpecificRecord event) {
    RetrievedPassage told = lane(origin) == passages ? refused.of(origin, event) : null;
    if (told != null) {
      outputs.passOn(origin, told);
    }
  }

  private Bytes key(Subject subject) {
    return VectorKey.of(TextHash.of(subject.readText()), models.bundle(), chunkTokens);
  }

  private static UnusableRecordException refusal(
      ErrorCode code, String message, @Nullable Throwable cause) {
    return new UnusableRecordException(Stage.ENCODE, code, message, cause);
  }
}

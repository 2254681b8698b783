package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.schemas.EncodedPassage;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.Drain;
import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.Stage;
import io.github.refragstreams.topology.TopologyConfig;
import io.github.refragstreams.topology.internal.record.Origin;
import io.github.refragstreams.topology.internal.refusal.UnusableRecordException;
import io.github.refragstreams.topology.internal.store.Pending;
import io.github.refragstreams.topology.internal.telemetry.AnswerMeters;
import io.github.refragstreams.topology.internal.telemetry.TaskTelemetry;
import io.github.refragstreams.topology.internal.work.Inbox;
import io.github.refragstreams.topology.internal.work.Retry;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open answer task. Queries and passages wait in its stores until a query has all that it will
 * get; then it is answered, one query of a conversation at a time. The answer leaves in the
 * transaction that removes the query: a crash repeats the generation, never the answer. For the
 * task's thread; only {@link Inbox} is shared with the models'.
 */
final class AnswerTask {
  private static final Logger LOGGER = LoggerFactory.getLogger(AnswerTask.class);

  /** Passages without query that a tick refuses, about: each of them is read and written once. */
  private static final int MOST_EXPIRED = 1_024;

  private final TopologyConfig config;
  private final LongSupplier clock;
  private final Work work;
  private final Requests requests;
  private final Answered answered;
  private final Conversations conversations;
  private final AnswerOutputs outputs;
  private final LoadLevel load;
  private final AnswerMeters.Requests meters;
  private final Retry retry;
  private final Inbox<Outcome> inbox;
  private final Timers timers = new Timers();
  private final Turns turns = new Turns();

  /** Whose turn it is, in the order in which they became ready. */
  private final Set<Request> startable = new LinkedHashSet<>();

  /** Those that have all that they will get: to be started, at the models, or to be repeated. */
  private int due;

  private final Places places;

  /** Set at the first record or tick: nothing can be written before. */
  private boolean opened;

  /**
   * @param clock milliseconds of the wall clock
   * @param load shared by all tasks of the process
   * @param drain likewise
   */
  AnswerTask(
      TopologyConfig config,
      LongSupplier clock,
      Work work,
      Requests requests,
      Answered answered,
      Conversations conversations,
      AnswerOutputs outputs,
      LoadLevel load,
      Drain drain,
      TaskTelemetry telemetry) {
    this.config = config;
    this.clock = clock;
    this.work = work;
    this.requests = requests;
    this.answered = answered;
    this.conversations = conversations;
    this.outputs = outputs;
    this.load = load;
    this.meters = telemetry.answer().openTask();
    this.inbox = new Inbox<>(config.taskWait());
    this.places = new Places(config.answer().inFlight(), config.answer().inFlightBytes(), drain);
    this.retry =
        new Retry(
            config.retry(),
            Stage.ANSWER,
            ErrorCode.QUERY_NOT_ANSWERABLE,
            telemetry.answerRetries());
    requests.all().forEach(this::resume);
  }

  private void open(long now) {
    if (!opened) {
      opened = true;
      answered.open(now);
      requests.refuseUnreadable(outputs::refuse);
    }
  }

  /** The first tick looks at it: nothing can be forwarded yet. */
  private void resume(Request request) {
    Ask ask = request.ask();
    if (ask == null) {
      timers.at(request.since() + config.answer().orphanAfter().toMillis(), request.queryId());
    } else {
      turns.add(ask, request);
      timers.at(ask.deadlineAt(), request.queryId());
      timers.at(ask.pending().notBefore(), request.queryId());
    }
  }

  /**
   * @param query one that has passed its check
   */
  void query(Origin origin, Query query) {
    long now = clock.getAsLong();
    open(now);
    String id = query.getQueryId();
    Request known = requests.get(id);
    if (answered.contains(id, now) || (known != null && known.ask() != null)) {
      LOGGER.atDebug().addKeyValue("query", id).log("repeated query is not answered again");
      return;
    }
    waitForRoom();
    int most = config.answer().maxRequests();
    if (requests.asked() >= most) {
      outputs.refuse(
          origin,
          refusal(
              Stage.ANSWER,
              ErrorCode.OVERLOADED,
              requests.asked() + " queries wait; answer.max-requests is " + most));
      return;
    }
    Request request = requests.open(id, now);
    Ask ask = work.ask(query, Pending.since(now, origin, null));
    requests.ask(request, ask);
    turns.add(ask, request);
    timers.at(ask.deadlineAt(), id);
    advance(request, now);
    start(now);
  }

  /**
   * Stops the work on a query that nobody waits for any more. What is answered stays answered; what
   * is not known is refused already, or was never asked.
   */
  void cancel(String queryId) {
    open(clock.getAsLong());
    Request request = requests.get(queryId);
    Ask ask = request == null ? null : request.ask();
    if (request == null || ask == null) {
      LOGGER.atDebug().addKeyValue("query", queryId).log("no query to cancel");
      return;
    }
    long now = clock.getAsLong();
    Generation running = request.generation();
    if (running != null) {
      places.cancelled(request, running.id());
      running.cancel();
    }
    startable.remove(request);
    answered.addCancelled(queryId, now);
    leave(request, ask, now);
    start(now);
  }

  /**
   * @param bytes the encoded passage as it came
   */
  void passage(Origin origin, EncodedPassage encoded, byte[] bytes) {
    long now = clock.getAsLong();
    open(now);
    RetrievedPassage passage = encoded.getPassage();
    String id = passage.getQueryId();
    Request known = requests.get(id);
    boolean usable = Work.isUsable(encoded);
    if (known != null
        && known.has(passage.getPassageId())
        && !(usable && known.hasRefused(passage.getPassageId()))) {
      LOGGER.atDebug().addKeyValue("query", id).log("repeated passage is left out");
      return;
    }
    try {
      check(passage, known, now);
    } catch (UnusableRecordException e) {
      if (usable) {
        outputs.refuse(origin, e);
      }
      return;
    }
    Request request = requests.open(id, now);
    requests.add(request, encoded, Pending.since(now, origin, bytes));
    if (known == null) {
      timers.at(now + config.answer().orphanAfter().toMillis(), id);
    }
    advance(request, now);
    start(now);
  }

  /** Takes finished work back, and starts what is due. */
  void tick() {
    long now = clock.getAsLong();
    open(now);
    places.eachRunning(Generation::offer);
    inbox.tick(this::take);
    look(timers.due(now), now);
    timers.forget(requests::has, requests.size());
    start(now);
    conversations.forget(now);
    meters.set(requests.size(), startable.size(), places.generating());
  }

  /** Looks at requests whose time has come; what would be too much at once, the next time. */
  private void look(List<String> due, long now) {
    int passages = 0;
    for (String id : due) {
      Request request = requests.get(id);
      if (request == null) {
        continue;
      }
      boolean orphan = request.ask() == null;
      if (orphan && passages >= MOST_EXPIRED) {
        timers.at(now, id);
        continue;
      }
      passages += orphan ? request.arrived() : 0;
      advance(request, now);
    }
  }

  /** Whether nobody waits for an answer, a passage or a query. */
  boolean isIdle() {
    return requests.size() == 0 && places.taken() == 0;
  }

  void close() {
    places.close();
    for (int n = places.taken(); n > 0; n--) {
      load.failed();
    }
    meters.close();
  }

  private void check(RetrievedPassage passage, @Nullable Request known, long now) {
    if (known == null ? answered.contains(passage.getQueryId(), now) : known.generation() != null) {
      throw refusal(
          ErrorCode.LATE_PASSAGE, "the query is being answered, has been, or was cancelled");
    }
    int most = config.limits().passagesPerQuery();
    if (known != null && known.arrived() >= most && !known.has(passage.getPassageId())) {
      throw refusal(
          ErrorCode.TOO_MANY_PASSAGES,
          "the query has " + known.arrived() + " passages; limits.passages-per-query is " + most);
    }
    int unasked = requests.size() - requests.asked();
    if (known == null && unasked >= config.answer().maxRequests()) {
      throw refusal(
          ErrorCode.OVERLOADED,
          unasked
              + " queries have passages and have not come themselves; answer.max-requests is "
              + config.answer().maxRequests());
    }
  }

  private void waitForRoom() {
    inbox.awaitRoom(() -> due + places.stopping() < config.answer().backlog(), this::take);
  }

  /** Looks at a request; doing so without need does no harm. */
  private void advance(Request request, long now) {
    Ask ask = request.ask();
    if (ask == null) {
      if (now >= request.since() + config.answer().orphanAfter().toMillis()) {
        expire(request);
      }
      return;
    }
    if (request.state() == Request.State.COLLECTING
        && (now >= ask.deadlineAt() || request.isComplete(config.limits().passagesPerQuery()))) {
      request.ready(System.nanoTime());
      due++;
    }
    if (request.state() == Request.State.READY
        && turns.isNext(ask)
        && ask.pending().notBefore() <= now
        && startable.add(request)) {
      request.startable(now);
    }
  }

  private void start(long now) {
    Iterator<Request> next = startable.iterator();
    while (places.isFree() && next.hasNext()) {
      Request request = next.next();
      if (!places.hasRoomFor(request)) {
        // Nobody overtakes it: it would wait for ever where others are small.
        return;
      }
      next.remove();
      if (request.ask() != null) {
        Ask ask = requests.whole(request);
        List<Turn> turns = conversations.before(ask, now);
        List<Pending> passages = requests.passages(request);
        int level = load.begin(Math.max(0, now - request.startableAt()), now);
        request.generating(work.generate(ask, turns, passages, level, inbox, now));
        places.take(request);
      }
    }
  }

  private void take(Outcome outcome) {
    if (places.stopped(outcome)) {
      load.failed();
      start(clock.getAsLong());
      return;
    }
    Request request = requests.get(outcome.queryId());
    Ask ask = request == null ? null : request.ask();
    Generation generation = request == null ? null : request.generation();
    if (request == null
        || ask == null
        || generation == null
        || !generation.id().equals(outcome.generationId())) {
      return;
    }
    long now = clock.getAsLong();
    if (outcome instanceof Outcome.Token token) {
      outputs.token(ask, token, now);
      request.told();
      return;
    }
    // What is told of an end is told behind it: the task may be closed in the middle of one.
    if (outcome instanceof Outcome.Done done) {
      retry.succeeded(now);
      finish(request, ask, done, now);
      load.done(done.result().generation().queueMillis());
    } else if (outcome instanceof Outcome.Failed failed) {
      fail(request, failed.failure(), now);
      load.failed();
    }
    places.leave(request);
    start(now);
  }

  private void finish(Request request, Ask ask, Outcome.Done done, long now) {
    long turnMillis = Math.max(0, done.result().startNanos() - request.readyNanos()) / 1_000_000;
    for (String passageId : done.result().material().unusable()) {
      Pending passage = requests.passage(request, passageId);
      if (passage != null) {
        outputs.refuse(
            passage.origin(),
            refusal(ErrorCode.PASSAGE_NOT_ENCODABLE, "the passage cannot be encoded for this k"));
      }
    }
    outputs.answer(request, ask, done, turnMillis, now);
    answered.add(ask.queryId(), done.generationId(), now);
    if (ask.conversationId() != null) {
      conversations.add(
          ask.conversationId(),
          done.result().material().history().stored(),
          Turn.of(ask, done.result(), now));
    }
    leave(request, ask, now);
  }

  private void fail(Request request, Throwable failure, long now) {
    Ask ask = requests.whole(request);
    try {
      Pending later = retry.after(failure, ask.pending(), now);
      requests.failed(request, ask.again(later));
      timers.at(later.notBefore(), request.queryId());
    } catch (UnusableRecordException e) {
      outputs.refuse(ask.pending().origin(), e);
      for (Pending passage : requests.passages(request)) {
        // One that was refused itself has left its value behind.
        if (passage.origin().value() != null) {
          outputs.refuse(passage.origin(), refusal(e.code(), "its query was refused"));
        }
      }
      leave(request, ask, now);
    }
  }

  private void leave(Request request, Ask ask, long now) {
    requests.remove(request);
    due -= request.state() == Request.State.COLLECTING ? 0 : 1;
    Request next = turns.remove(ask);
    if (next != null) {
      advance(next, now);
    }
  }

  private void expire(Request request) {
    for (Pending passage : requests.usablePassages(request)) {
      outputs.refuse(
          passage.origin(),
          refusal(
              ErrorCode.ORPHANED_PASSAGE,
              "no query came in " + config.answer().orphanAfter().toSeconds() + " s"));
    }
    requests.remove(request);
  }

  private static UnusableRecordException refusal(ErrorCode code, String message) {
    return refusal(Stage.JOIN, code, message);
  }

  private static UnusableRecordException refusal(Stage stage, ErrorCode code, String message) {
    return new UnusableRecordException(stage, code, message);
  }
}

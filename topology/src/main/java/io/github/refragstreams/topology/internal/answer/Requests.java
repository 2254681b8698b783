package io.github.refragstreams.topology.internal.answer;

import static java.util.Objects.requireNonNull;

import io.github.refragstreams.schemas.EncodedPassage;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.Stage;
import io.github.refragstreams.topology.internal.record.Origin;
import io.github.refragstreams.topology.internal.refusal.Failures;
import io.github.refragstreams.topology.internal.refusal.UnusableRecordException;
import io.github.refragstreams.topology.internal.store.Pending;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Queries without answer: in memory what is needed to go on, in the store all of it. */
final class Requests {
  private final RequestStore store;
  private final Work work;
  private final Map<String, Request> byId = new HashMap<>();
  private int asked;

  /** Of what was in the store; empty once they are refused. */
  private final List<Unreadable> unreadable = new ArrayList<>();

  /**
   * @param remove takes it out of the store
   */
  private record Unreadable(Pending pending, UnusableRecordException why, Runnable remove) {}

  /** Reads the store once. */
  Requests(RequestStore store, Work work) {
    this.store = store;
    this.work = work;
    store.eachQuery(
        (id, query) ->
            load(Stage.ANSWER, query, () -> restore(id, query), () -> store.removeQuery(id)));
    store.eachPassage(
        (key, passage) ->
            load(Stage.JOIN, passage, () -> restore(passage), () -> store.removePassage(key)));
  }

  private void load(Stage stage, Pending pending, Runnable restore, Runnable remove) {
    try {
      restore.run();
    } catch (RuntimeException e) {
      unreadable.add(new Unreadable(pending, Failures.unreadable(stage, e), remove));
    }
  }

  private void restore(String queryId, Pending query) {
    Ask ask = work.ask(query);
    asked(open(queryId, query.since()), ask);
  }

  private void restore(Pending passage) {
    EncodedPassage encoded = work.passage(passage);
    count(open(encoded.getPassage().getQueryId(), passage.since()), encoded, passage);
  }

  /**
   * Gives up what could not be read at the start. Before anything is added: that could have its
   * place in the store.
   */
  void refuseUnreadable(BiConsumer<Origin, UnusableRecordException> refuse) {
    for (Unreadable one : unreadable) {
      Origin origin = one.pending.origin();
      // One that was refused before has left its value behind.
      if (origin.value() != null) {
        refuse.accept(origin, one.why);
      }
      one.remove.run();
    }
    unreadable.clear();
  }

  Collection<Request> all() {
    return Set.copyOf(byId.values());
  }

  /** With those of which only passages have come. */
  int size() {
    return byId.size();
  }

  boolean has(String queryId) {
    return byId.containsKey(queryId);
  }

  /** Those whose query has come. */
  int asked() {
    return asked;
  }

  @Nullable Request get(String queryId) {
    return byId.get(queryId);
  }

  /**
   * A new one if there is none.
   *
   * @param since when a record of it came
   */
  Request open(String queryId, long since) {
    Request request = byId.computeIfAbsent(queryId, id -> new Request(id, since));
    request.cameAt(since);
    return request;
  }

  void ask(Request request, Ask ask) {
    store.putQuery(request.queryId(), ask.pending());
    asked(request, ask);
  }

  void add(Request request, EncodedPassage encoded, Pending pending) {
    store.putPassage(request.queryId(), encoded.getPassage().getPassageId(), pending);
    count(request, encoded, pending);
  }

  void failed(Request request, Ask later) {
    store.putQuery(request.queryId(), later.pending());
    request.failed(later.light());
  }

  /**
   * The query with its record and its history, which wait in the store alone.
   *
   * @param request one whose query has come
   */
  Ask whole(Request request) {
    return work.ask(requireNonNull(store.query(request.queryId())));
  }

  List<Pending> passages(Request request) {
    return store.passages(request.queryId());
  }

  @Nullable Pending passage(Request request, String passageId) {
    return store.passage(request.queryId(), passageId);
  }

  /** Passages that can be used, as they came: what nobody will use goes to the dead letters. */
  List<Pending> usablePassages(Request request) {
    return passages(request).stream()
        .filter(passage -> Work.isUsable(work.passage(passage)))
        .toList();
  }

  void remove(Request request) {
    store.remove(request.queryId(), request.passages());
    byId.remove(request.queryId());
    asked -= request.ask() == null ? 0 : 1;
  }

  private void asked(Request request, Ask ask) {
    request.asked(ask.light());
    asked++;
  }

  private static void count(Request request, EncodedPassage encoded, Pending pending) {
    RetrievedPassage passage = encoded.getPassage();
    Integer total = passage.getTotal();
    byte[] payload = pending.payload();
    int told = total == null ? 0 : total;
    int size = payload == null ? 0 : payload.length;
    if (Work.isUsable(encoded)) {
      request.add(passage.getPassageId(), told, size);
    } else {
      request.addRefused(passage.getPassageId(), passage.getConversationId(), told, size);
    }
  }
}

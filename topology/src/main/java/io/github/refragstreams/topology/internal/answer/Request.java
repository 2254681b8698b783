package io.github.refragstreams.topology.internal.answer;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of a query that has no answer yet; its store holds the rest. */
final class Request {
  /** How far it has come. */
  enum State {
    /** Waits for its passages, or for the query itself. */
    COLLECTING,
    /** Has all that it will get; waits for its turn. */
    READY,
    /** At the models. */
    GENERATING
  }

  private final String queryId;
  private long since;

  /** Ids of the passages that have come, usable or not. */
  private final Set<String> passages = new HashSet<>();

  /** Those that were refused, with what stands for each. */
  private final Map<String, Refused> refused = new HashMap<>();

  private int total;
  private long bytes;
  private State state = State.COLLECTING;
  private @Nullable Ask ask;
  private @Nullable Generation generation;
  private long readyNanos;
  private long startableAt;
  private int tokensTold;

  /**
   * @param conversationId that the passage names
   * @param size bytes of what stands for it
   */
  private record Refused(@Nullable String conversationId, int size) {}

  /**
   * @param since when a record of it came, milliseconds of the wall clock
   */
  Request(String queryId, long since) {
    this.queryId = queryId;
    this.since = since;
  }

  String queryId() {
    return queryId;
  }

  /** When its first record came, milliseconds of the wall clock. */
  long since() {
    return since;
  }

  /** A record of it came: a store does not tell them in the order of their times. */
  void cameAt(long millis) {
    since = Math.min(since, millis);
  }

  State state() {
    return state;
  }

  @Nullable Ask ask() {
    return ask;
  }

  void asked(Ask asked) {
    ask = asked;
  }

  boolean has(String passageId) {
    return passages.contains(passageId);
  }

  /** Whether only a refused one has come: a usable one takes its place. */
  boolean hasRefused(String passageId) {
    return refused.containsKey(passageId);
  }

  /** Ids of the passages that have come, usable or not. */
  Set<String> passages() {
    return passages;
  }

  /** How many have come. */
  int arrived() {
    return passages.size();
  }

  /**
   * @param totalTold total that the passage tells, 0 when it tells none
   * @param size bytes of the encoded passage
   */
  void add(String passageId, int totalTold, int size) {
    passages.add(passageId);
    total = Math.max(total, totalTold);
    Refused before = refused.remove(passageId);
    bytes += size - (before == null ? 0 : before.size);
  }

  /**
   * The same for one that was refused.
   *
   * @param conversationId that it names
   */
  void addRefused(String passageId, @Nullable String conversationId, int totalTold, int size) {
    add(passageId, totalTold, size);
    refused.put(passageId, new Refused(conversationId, size));
  }

  /** Bytes of its encoded passages: what it takes on the heap while it is answered. */
  long bytes() {
    return bytes;
  }

  /** Passages to wait for, from the query or else from its passages; null when neither tells. */
  @Nullable Integer expected() {
    if (ask != null && ask.expected() != null) {
      return ask.expected();
    }
    return total == 0 ? null : total;
  }

  /**
   * @param most passages that a query may have
   */
  boolean isComplete(int most) {
    Integer expected = expected();
    return expected != null && passages.size() - strangers() >= Math.min(expected, most);
  }

  /**
   * Refused ones that were brought here by their key alone, which a query of a conversation shares
   * with those before and after it: they may be theirs.
   */
  private long strangers() {
    return ask == null || ask.conversationId() == null
        ? 0
        : refused.values().stream().filter(one -> one.conversationId == null).count();
  }

  void ready(long nanos) {
    state = State.READY;
    readyNanos = nanos;
  }

  /** When it became ready, by the clock of {@link System#nanoTime}. */
  long readyNanos() {
    return readyNanos;
  }

  /** Nothing but its place in the queue keeps it from being generated. */
  void startable(long now) {
    startableAt = now;
  }

  /** When that was, milliseconds of the wall clock. */
  long startableAt() {
    return startableAt;
  }

  @Nullable Generation generation() {
    return generation;
  }

  void generating(Generation started) {
    state = State.GENERATING;
    generation = started;
    tokensTold = 0;
  }

  void told() {
    tokensTold++;
  }

  /** Tokens of the running generation that were passed on. */
  int tokensTold() {
    return tokensTold;
  }

  /** Back to waiting for its turn. */
  void failed(Ask later) {
    ask = later;
    state = State.READY;
    generation = null;
  }
}

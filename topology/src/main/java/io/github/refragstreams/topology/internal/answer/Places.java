package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.topology.Drain;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A task's places at the models, bounded in number and in bytes of the passages that they hold. A
 * cancelled generation keeps its place until it has ended: what it holds and does would come on top
 * of others'.
 */
final class Places {
  private final int most;
  private final long mostBytes;
  private final Drain drain;

  /** Oldest first. */
  private final Set<Request> generating = new LinkedHashSet<>();

  /** Bytes of cancelled generations that have not ended, by their id. */
  private final Map<String, Long> stopping = new HashMap<>();

  private long bytes;

  /**
   * @param most generations at once
   * @param mostBytes of their passages together
   * @param drain is told of each place that is taken and left; none is free once it has begun
   */
  Places(int most, long mostBytes, Drain drain) {
    this.most = most;
    this.mostBytes = mostBytes;
    this.drain = drain;
  }

  boolean isFree() {
    return taken() < most && !drain.hasBegun();
  }

  /** Whether its passages fit in as well. The only one always does: it would wait for ever. */
  boolean hasRoomFor(Request request) {
    return taken() == 0 || bytes + request.bytes() <= mostBytes;
  }

  void take(Request request) {
    generating.add(request);
    bytes += request.bytes();
    drain.add();
  }

  /** Its generation was cancelled, and has not ended yet. */
  void cancelled(Request request, String generationId) {
    generating.remove(request);
    stopping.put(generationId, request.bytes());
  }

  void leave(Request request) {
    if (generating.remove(request)) {
      bytes -= request.bytes();
      drain.remove(1);
    }
  }

  /** Whether it is a cancelled one that has ended by this, and left its place. */
  boolean stopped(Outcome outcome) {
    Long held = outcome.isEnd() ? stopping.remove(outcome.generationId()) : null;
    if (held == null) {
      return false;
    }
    bytes -= held;
    drain.remove(1);
    return true;
  }

  /** The task is closed: nobody will hear of those that have not ended. */
  void close() {
    eachRunning(Generation::cancel);
    drain.remove(taken());
  }

  void eachRunning(Consumer<Generation> action) {
    for (Request request : generating) {
      Generation running = request.generation();
      if (running != null) {
        action.accept(running);
      }
    }
  }

  int generating() {
    return generating.size();
  }

  int stopping() {
    return stopping.size();
  }

  /** Cancelled ones among them. */
  int taken() {
    return generating.size() + stopping.size();
  }
}

package io.github.refragstreams.topology.internal.encode;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.OptionalLong;
import java.util.PriorityQueue;

/** Ids of waiting passages in the order in which they are to be encoded. */
final class Backlog {
  private final ArrayDeque<Long> fresh = new ArrayDeque<>();
  private final PriorityQueue<Later> later =
      new PriorityQueue<>(Comparator.comparingLong(Later::notBefore).thenComparing(Later::id));

  private record Later(long notBefore, long id) {}

  void add(long id) {
    fresh.addLast(id);
  }

  /** It is the next one that is not repeated. */
  void addFirst(long id) {
    fresh.addFirst(id);
  }

  void addLater(long id, long notBefore) {
    later.add(new Later(notBefore, id));
  }

  /** The next id that is due; what failed before goes first, since it came first. */
  OptionalLong next(long now) {
    Later due = later.peek();
    if (due != null && due.notBefore <= now) {
      later.remove();
      return OptionalLong.of(due.id);
    }
    Long id = fresh.pollFirst();
    return id == null ? OptionalLong.empty() : OptionalLong.of(id);
  }
}

package io.github.refragstreams.topology.internal.encode;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Ids of waiting passages in the order in which they are to be encoded: one of each who asks, in
 * turn, so that nobody waits for all that another one asks for.
 */
final class Backlog {
  /** By who asks; whose turn it is comes first. None is empty. */
  private final Map<Bytes, ArrayDeque<Long>> fresh = new LinkedHashMap<>();

  private final ArrayDeque<Long> first = new ArrayDeque<>();
  private final PriorityQueue<Later> later =
      new PriorityQueue<>(Comparator.comparingLong(Later::notBefore).thenComparing(Later::id));

  private record Later(long notBefore, long id) {}

  void add(long id, Bytes asker) {
    fresh.computeIfAbsent(asker, unused -> new ArrayDeque<>()).addLast(id);
  }

  /** It is the next one that is not repeated. */
  void addFirst(long id) {
    first.addFirst(id);
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
    Long id = first.isEmpty() ? ofTheNextAsker() : first.pollFirst();
    return id == null ? OptionalLong.empty() : OptionalLong.of(id);
  }

  private @Nullable Long ofTheNextAsker() {
    Iterator<Map.Entry<Bytes, ArrayDeque<Long>>> askers = fresh.entrySet().iterator();
    if (!askers.hasNext()) {
      return null;
    }
    Map.Entry<Bytes, ArrayDeque<Long>> next = askers.next();
    Bytes asker = next.getKey();
    ArrayDeque<Long> ids = next.getValue();
    askers.remove();
    Long id = ids.pollFirst();
    if (!ids.isEmpty()) {
      fresh.put(asker, ids);
    }
    return id;
  }
}

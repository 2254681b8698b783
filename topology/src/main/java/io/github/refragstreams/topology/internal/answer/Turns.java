package io.github.refragstreams.topology.internal.answer;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who is next in each conversation: queries are answered in the order in which they came. */
final class Turns {
  private final Map<String, TreeMap<Long, Request>> waiting = new HashMap<>();

  void add(Ask ask, Request request) {
    waiting.computeIfAbsent(ask.conversation(), id -> new TreeMap<>()).put(ask.place(), request);
  }

  boolean isNext(Ask ask) {
    TreeMap<Long, Request> queue = waiting.get(ask.conversation());
    return queue != null && !queue.isEmpty() && queue.firstKey() == ask.place();
  }

  /** Removes a query; the one whose turn it is then, if any. */
  @Nullable Request remove(Ask ask) {
    TreeMap<Long, Request> queue = waiting.get(ask.conversation());
    if (queue == null) {
      return null;
    }
    queue.remove(ask.place());
    if (queue.isEmpty()) {
      waiting.remove(ask.conversation());
      return null;
    }
    return queue.firstEntry().getValue();
  }
}

package io.github.refragstreams.topology.internal.answer;

import java.time.Duration;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/** Which queries were answered or cancelled lately: a repetition is not answered again. */
final class Answered {
  /** Instead of the id of a generation. */
  static final String CANCELLED = "cancelled";

  private final WindowStore<String, String> store;
  private final Duration window;

  Answered(WindowStore<String, String> store, Duration window) {
    this.store = store;
    this.window = window;
  }

  void add(String queryId, String generationId, long now) {
    store.put(queryId, generationId, now);
  }

  void addCancelled(String queryId, long now) {
    store.put(queryId, CANCELLED, now);
  }

  boolean contains(String queryId, long now) {
    try (WindowStoreIterator<String> found =
        store.fetch(queryId, Math.max(0, now - window.toMillis()), Long.MAX_VALUE)) {
      return found.hasNext();
    }
  }
}

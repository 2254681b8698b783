package io.github.refragstreams.topology.internal.answer;

import java.time.Duration;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/** Which queries were answered or cancelled lately: a repetition is not answered again. */
final class Answered {
  /** Instead of the id of a generation. */
  static final String CANCELLED = "cancelled";

  private static final String OPENED = "opened";

  private final WindowStore<String, String> store;
  private final Duration window;

  Answered(WindowStore<String, String> store, Duration window) {
    this.store = store;
    this.window = window;
  }

  /**
   * A window store keeps the offset that it has been written to in its segments. While it has none,
   * it has no offset either, and after a restart Kafka Streams (4.3.1) takes the task's other
   * stores for corrupted and restores all of them. So it gets a segment, with a name that no query
   * has.
   */
  void open(long now) {
    try (KeyValueIterator<?, ?> all = store.all()) {
      if (!all.hasNext()) {
        store.put("", OPENED, now);
      }
    }
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

package io.github.refragstreams.topology.internal.answer;

import java.time.Duration;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/** Which queries were answered or cancelled lately: a repetition is not answered again. */
final class Answered {
  /** Instead of the id of a generation. */
  static final String CANCELLED = "cancelled";

  private static final String OPENED = "opened";

  private static final long NEVER = Long.MIN_VALUE;

  private final WindowStore<String, String> store;
  private final Duration window;

  /** Latest time in the store. What is older by the window is dropped without a word. */
  private long latest;

  Answered(WindowStore<String, String> store, Duration window) {
    this.store = store;
    this.window = window;
    this.latest = latest(store);
  }

  /** It is of the last segment, which is near enough. */
  private static long latest(WindowStore<String, String> store) {
    try (KeyValueIterator<Windowed<String>, String> all = store.backwardAll()) {
      return all.hasNext() ? all.next().key.window().start() : NEVER;
    }
  }

  /**
   * A window store keeps the offset that it has been written to in its segments. While it has none,
   * it has no offset either, and after a restart Kafka Streams (4.3.1) takes the task's other
   * stores for corrupted and restores all of them. So it gets a segment, with a name that no query
   * has.
   */
  void open(long now) {
    if (latest == NEVER) {
      put("", OPENED, now);
    }
  }

  void add(String queryId, String generationId, long now) {
    put(queryId, generationId, now);
  }

  void addCancelled(String queryId, long now) {
    put(queryId, CANCELLED, now);
  }

  /** Never before the latest one: a clock that was ahead must not make it forget. */
  private void put(String queryId, String value, long now) {
    latest = Math.max(latest, now);
    store.put(queryId, value, latest);
  }

  boolean contains(String queryId, long now) {
    try (WindowStoreIterator<String> found =
        store.fetch(queryId, Math.max(0, now - window.toMillis()), Long.MAX_VALUE)) {
      return found.hasNext();
    }
  }
}

package io.github.refragstreams.app.management;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Since when counters that should always go on have stood still. Safe for use by many threads. */
final class Counters {
  private final LongSupplier nanos;
  private Map<String, Seen> seen = Map.of();

  private record Seen(double value, long since) {}

  /**
   * @param nanos a clock in nanoseconds
   */
  Counters(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * The longest time that one of them has stood still, as far as calls could tell.
   *
   * @param values now, by name; those that are missing are forgotten
   */
  synchronized Duration stalled(Map<String, Double> values) {
    long now = nanos.getAsLong();
    Map<String, Seen> next = new HashMap<>();
    long longest = 0;
    for (Map.Entry<String, Double> counter : values.entrySet()) {
      Seen before = seen.get(counter.getKey());
      Seen after =
          before != null && before.value == counter.getValue()
              ? before
              : new Seen(counter.getValue(), now);
      next.put(counter.getKey(), after);
      longest = Math.max(longest, now - after.since);
    }
    seen = next;
    return Duration.ofNanos(longest);
  }
}

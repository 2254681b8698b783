package io.github.refragstreams.topology.internal.store;

import io.github.refragstreams.topology.internal.record.Origin;
import org.jspecify.annotations.Nullable;

/**
 * A record that waits, with all that is needed to work on it later or to refuse it.
 *
 * @param payload what is worked on; null when it is the origin's value
 * @param since when it came, milliseconds of the wall clock
 * @param attempt attempts that have failed
 * @param notBefore when to try again, milliseconds of the wall clock
 */
public record Pending(
    Origin origin, byte @Nullable [] payload, long since, int attempt, long notBefore) {
  /** A record that nothing was tried with yet. */
  public static Pending since(long now, Origin origin, byte @Nullable [] payload) {
    return new Pending(origin, payload, now, 0, now);
  }

  /** After a failure. */
  public Pending again(int attempts, long at) {
    return new Pending(origin, payload, since, attempts, at);
  }

  /** Without what the store has anyway. */
  public Pending withoutValue() {
    return new Pending(origin.withValue(null), payload, since, attempt, notBefore);
  }

  @Override
  public String toString() {
    return "Pending[" + origin + ", attempt=" + attempt + "]";
  }
}

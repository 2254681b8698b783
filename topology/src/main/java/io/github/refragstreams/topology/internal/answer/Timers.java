package io.github.refragstreams.topology.internal.answer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/** When which query is to be looked at. Looking too often does no harm. */
final class Timers {
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::at));

  /** At one look: what is done with each of them goes into the transaction that runs. */
  private static final int MOST_AT_A_TIME = 256;

  /** Deadline, orphans and next attempts of those that live; beyond it most are gone. */
  private static final int MOST_FOR_A_QUERY = 8;

  private static final int FEW = 1_024;

  private record Timer(long at, String queryId) {}

  void at(long millis, String queryId) {
    timers.add(new Timer(millis, queryId));
  }

  /**
   * Removes those of queries that are gone, where these are most of all: answers come long before
   * deadlines.
   *
   * @param known whether there is still something to look at
   * @param size how many queries there are
   */
  void forget(Predicate<String> known, int size) {
    if (timers.size() > MOST_FOR_A_QUERY * size + FEW) {
      timers.removeIf(timer -> !known.test(timer.queryId));
    }
  }

  int size() {
    return timers.size();
  }

  /** Removes what is due, the rest of it the next time; ids in the order of their times. */
  List<String> due(long now) {
    List<String> ids = new ArrayList<>();
    for (Timer next = timers.peek();
        next != null && next.at <= now && ids.size() < MOST_AT_A_TIME;
        next = timers.peek()) {
      timers.remove();
      ids.add(next.queryId);
    }
    return ids;
  }
}

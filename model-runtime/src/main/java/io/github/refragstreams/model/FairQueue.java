package io.github.refragstreams.model;

import io.github.refragstreams.model.PassageEncoder.Asker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Passages that wait, in the order in which they leave: those who ask get equal shares, however
 * much each asks for. A passage starts where its asker's one before it ends, in tokens, or where
 * the queue is by now; what starts first leaves first (start-time fair queueing).
 *
 * <p>INVARIANTS: (1) passages of one asker and k leave in the order they came; (2) of two askers
 * that wait with passages of one k, neither gets more tokens than the other by more than the
 * longest passage of each; (3) a passage that is first when a batch is taken is in it.
 *
 * <p>For one thread at a time.
 */
final class FairQueue {
  private final TreeSet<PendingPassage> passages =
      new TreeSet<>(
          Comparator.comparingLong((PendingPassage pending) -> pending.start)
              .thenComparingLong(pending -> pending.number));

  /** Where the last passage of an asker ends, for those that have not been reached. */
  private final Map<Asker, Long> ends = new HashMap<>();

  /** The last start that has left. */
  private long reached;

  /** INVARIANT: sum of the tokens over {@link #passages}. */
  private int tokens;

  int tokens() {
    return tokens;
  }

  boolean isEmpty() {
    return passages.isEmpty();
  }

  /** When the first of them came; with none, {@code otherwise}. */
  long oldest(long otherwise) {
    return passages.stream().mapToLong(pending -> pending.since).min().orElse(otherwise);
  }

  /**
   * @param pending one that is in no queue
   */
  void add(PendingPassage pending, Asker asker) {
    pending.start = start(asker);
    ends.put(asker, pending.start + pending.tokens());
    passages.add(pending);
    tokens += pending.tokens();
  }

  /** Another one asks for it as well: it leaves when the first of them would have it. */
  void share(PendingPassage pending, Asker asker) {
    if (start(asker) < pending.start && remove(pending)) {
      add(pending, asker);
    }
  }

  /** False when it is not there. */
  boolean remove(PendingPassage pending) {
    boolean removed = passages.remove(pending);
    tokens -= removed ? pending.tokens() : 0;
    return removed;
  }

  /**
   * Takes passages of one k, the first of all among them.
   *
   * @param mostTokens of the batch, unless one passage alone has more
   */
  List<PendingPassage> take(int mostTokens) {
    List<PendingPassage> batch = new ArrayList<>();
    int taken = 0;
    for (Iterator<PendingPassage> all = passages.iterator(); all.hasNext(); ) {
      PendingPassage next = all.next();
      if (!batch.isEmpty() && next.chunkTokens() != batch.get(0).chunkTokens()) {
        continue;
      }
      if (!batch.isEmpty() && taken + next.tokens() > mostTokens) {
        break;
      }
      all.remove();
      batch.add(next);
      taken += next.tokens();
      reached = Math.max(reached, next.start);
    }
    tokens -= taken;
    ends.values().removeIf(end -> passages.isEmpty() || end <= reached);
    return batch;
  }

  /** Takes all. */
  List<PendingPassage> clear() {
    List<PendingPassage> all = List.copyOf(passages);
    passages.clear();
    ends.clear();
    tokens = 0;
    return all;
  }

  private long start(Asker asker) {
    return Math.max(reached, ends.getOrDefault(asker, reached));
  }
}

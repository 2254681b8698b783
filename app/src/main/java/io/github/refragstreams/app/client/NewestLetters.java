package io.github.refragstreams.app.client;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Keeps the newest of any number of refused records. */
public final class NewestLetters {
  private final int most;
  private final TreeSet<RefusedRecord> letters =
      new TreeSet<>(
          Comparator.comparing(RefusedRecord::refusedAt).thenComparing(RefusedRecord::id));

  /**
   * @param most how many to keep
   */
  public NewestLetters(int most) {
    this.most = most;
  }

  public void add(RefusedRecord letter) {
    letters.add(letter);
    if (letters.size() > most) {
      letters.pollFirst();
    }
  }

  public List<RefusedRecord> oldestFirst() {
    return List.copyOf(letters);
  }

  public List<RefusedRecord> newestFirst() {
    return List.copyOf(letters.descendingSet());
  }
}

package io.github.refragstreams.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Turns scores and budgets into a mask: which chunks stay raw. */
public final class ExpansionPlanner {
  private ExpansionPlanner() {}

  /**
   * Takes chunks by score until the budget is spent. A chunk that no longer fits in the spare
   * positions is passed over for the next best that does. Equal scores: the earlier chunk first.
   *
   * @param passages chunks per passage
   * @param scores one score per chunk of each passage
   * @param budget how much stays raw; a share above 0 means at least one chunk
   * @param replaced positions that a chunk takes otherwise and raw does without: 1 for its vector,
   *     0 where it is left out
   * @param spare positions that may be spent on top of these
   * @return one flag per chunk of each passage, true = raw
   */
  public static List<boolean[]> expand(
      List<ChunkedText> passages,
      List<float[]> scores,
      ExpansionBudget budget,
      int replaced,
      int spare) {
    List<boolean[]> raw = new ArrayList<>(passages.size());
    List<Candidate> candidates = new ArrayList<>();
    for (int p = 0; p < passages.size(); p++) {
      float[] own = scores.get(p);
      int chunks = passages.get(p).chunks();
      if (own.length != chunks) {
        throw new IllegalArgumentException(
            "passage " + p + " has " + chunks + " chunks but " + own.length + " scores");
      }
      raw.add(new boolean[chunks]);
      for (int c = 0; c < chunks; c++) {
        candidates.add(new Candidate(p, c, own[c]));
      }
    }
    // The sort is stable, which decides between equal scores.
    candidates.sort(Comparator.comparingDouble((Candidate c) -> c.score).reversed());
    if (budget.isNothing()) {
      return raw;
    }
    int share = Math.max(1, Math.round(budget.fraction() * candidates.size()));
    int chosen = 0;
    int taken = 0;
    int left = spare;
    for (Candidate candidate : candidates) {
      int tokens = passages.get(candidate.passage).tokens(candidate.chunk);
      boolean isEnough = chosen >= share && taken >= budget.leastTokens();
      boolean isTooMuch = chosen > 0 && tokens > budget.mostTokens() - taken;
      if (isEnough || isTooMuch) {
        break;
      }
      int extra = tokens - replaced;
      if (extra <= left) {
        raw.get(candidate.passage)[candidate.chunk] = true;
        left -= extra;
        taken += tokens;
        chosen++;
      }
    }
    return raw;
  }

  private record Candidate(int passage, int chunk, float score) {}
}

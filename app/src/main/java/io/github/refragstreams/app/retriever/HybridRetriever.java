package io.github.refragstreams.app.retriever;

import io.github.refragstreams.app.data.Passage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Several retrievers over the same passages, fused by the ranks that they give: a passage scores
 * {@code 1 / (rankConstant + rank)} for each, ranks counted from 1 (Cormack, Clarke and Büttcher,
 * SIGIR 2009). Of passages that score the same, the one that an earlier retriever ranks best comes
 * first.
 *
 * @param retrievers closed with this one
 * @param rankConstant the larger, the less a first place counts for; 60 in the paper
 */
public record HybridRetriever(List<Retriever> retrievers, int rankConstant) implements Retriever {
  /** Passages that each retriever is asked for, at least. */
  private static final int CANDIDATES = 100;

  public HybridRetriever {
    retrievers = List.copyOf(retrievers);
  }

  @Override
  public List<Hit> search(String question, List<Turn> earlier, int limit) {
    // In the order in which they are found.
    Map<String, Fused> found = new LinkedHashMap<>();
    for (Retriever retriever : retrievers) {
      for (Hit hit : retriever.search(question, earlier, Math.max(limit, CANDIDATES))) {
        double share = 1.0 / (rankConstant + 1 + hit.rank());
        found.merge(hit.passage().pid(), new Fused(hit.passage(), share), Fused::plus);
      }
    }
    List<Hit> hits = new ArrayList<>();
    // The sort is stable, so the order decides ties.
    found.values().stream()
        .sorted(Comparator.comparingDouble(Fused::score).reversed())
        .limit(limit)
        .forEach(fused -> hits.add(new Hit(fused.passage, hits.size(), fused.score)));
    return hits;
  }

  @Override
  public void close() {
    retrievers.forEach(Retriever::close);
  }

  private record Fused(Passage passage, double score) {
    Fused plus(Fused other) {
      return new Fused(passage, score + other.score);
    }
  }
}

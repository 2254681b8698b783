package io.github.refragstreams.app.bench;

import io.github.refragstreams.app.data.BadInputException;
import io.github.refragstreams.app.data.Question;
import io.github.refragstreams.app.retriever.Hit;
import io.github.refragstreams.app.retriever.Retriever;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** How well a retriever finds the passages that hold answers. */
public final class RetrievalBench {
  /** Ranks that are looked at. */
  public static final int DEEPEST = 20;

  private final List<Integer> ranks;

  private RetrievalBench(List<Integer> ranks) {
    this.ranks = ranks;
  }

  /**
   * Draws questions that have gold passages.
   *
   * @param pids the corpus
   * @param limit most questions
   * @param seed decides which
   * @throws BadInputException when there are none, or the corpus lacks a passage
   */
  public static List<Question> draw(
      List<Question> questions, Set<String> pids, int limit, long seed) {
    List<Question> drawn = new ArrayList<>(questions);
    drawn.removeIf(question -> question.gold().isEmpty());
    Collections.shuffle(drawn, new Random(seed));
    List<Question> kept = drawn.subList(0, Math.min(limit, drawn.size()));
    if (kept.isEmpty()) {
      throw new BadInputException("no question names its gold passages");
    }
    for (Question question : kept) {
      Set<String> missing = new HashSet<>(question.gold());
      missing.removeAll(pids);
      if (!missing.isEmpty()) {
        throw new BadInputException(
            "question '"
                + question.id()
                + "' names passage '"
                + missing.iterator().next()
                + "', which the passages file does not have");
      }
    }
    return kept;
  }

  /** Asks the questions one after the other. */
  public static RetrievalBench run(Retriever retriever, List<Question> questions) {
    return new RetrievalBench(
        questions.stream().map(question -> rank(retriever, question).orElse(DEEPEST)).toList());
  }

  /** Share of the questions with a gold passage among the first {@code k}, up to the deepest. */
  public double recall(int k) {
    return mean(ranks.stream().mapToDouble(rank -> rank < k ? 1 : 0).toArray());
  }

  /** Mean of 1 over the place of the best gold passage; 0 where it is beyond the deepest. */
  public double reciprocalRank() {
    return mean(
        ranks.stream().mapToDouble(rank -> rank < DEEPEST ? 1.0 / (rank + 1) : 0).toArray());
  }

  private static OptionalInt rank(Retriever retriever, Question question) {
    List<Hit> hits = retriever.search(question.question(), List.of(), DEEPEST);
    return IntStream.range(0, hits.size())
        .filter(rank -> question.gold().contains(hits.get(rank).passage().pid()))
        .findFirst();
  }

  private static double mean(double[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(0);
  }
}

package io.github.refragstreams.app.load;

import io.github.refragstreams.app.bench.QuestionDraw;
import io.github.refragstreams.app.client.AskedQuestion;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.data.Question;
import io.github.refragstreams.app.eval.AnswerMetrics;
import io.github.refragstreams.app.retriever.Bm25Retriever;
import io.github.refragstreams.app.retriever.Factbook;
import io.github.refragstreams.app.retriever.Hit;
import io.github.refragstreams.schemas.QueryOptions;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Questions that are asked over and over, each with the passages that were found for it.
 *
 * @param items in the order in which they are asked
 */
public record Workload(List<Item> items) {
  public Workload {
    items = List.copyOf(items);
  }

  /** A question and its passages, best first. */
  public record Item(Question question, List<Hit> hits) {
    /** A query of its own, with a new id. */
    AskedQuestion ask(QueryOptions options) {
      return AskedQuestion.of(question.question(), null, options, hits);
    }
  }

  /**
   * Factbook questions, one of each type in turn.
   *
   * @param seed decides which
   * @param passages of each question; the corpus has as many for every question
   */
  public static Workload factbook(long seed, int questions, int passages) {
    Collection<Passage> corpus = Factbook.passages();
    try (Bm25Retriever retriever = Bm25Retriever.over(corpus)) {
      return new Workload(
          QuestionDraw.byType(Factbook.questions(), questions, seed).stream()
              .map(
                  question ->
                      new Item(
                          question, retriever.search(question.question(), List.of(), passages)))
              .toList());
    }
  }

  /** The item of the n-th question; after the last one, it starts anew. */
  Item item(int n) {
    return items.get(n % items.size());
  }

  /** The items from {@code first} on, without those from {@code end} on. */
  Workload part(int first, int end) {
    return new Workload(items.subList(first, end));
  }

  /** Mean F1 of answers against the expected ones, 0 to 1. */
  double f1(List<Served> served) {
    Map<String, List<String>> expected = new HashMap<>();
    items.forEach(item -> expected.put(item.question.question(), item.question.answers()));
    return served.stream()
        .mapToDouble(
            one ->
                AnswerMetrics.f1(
                    one.answer().getText(),
                    expected.getOrDefault(one.question().query().getQuestion(), List.of())))
        .average()
        .orElse(Double.NaN);
  }

  int size() {
    return items.size();
  }
}

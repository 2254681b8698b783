package io.github.refragstreams.app.eval;

import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.data.Question;
import io.github.refragstreams.app.retriever.Bm25Retriever;
import io.github.refragstreams.app.retriever.Hit;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Passages of a corpus that a keyword search finds for a question and that do not hold its answer,
 * for questions that bring fewer of them than are wanted. The corpus is indexed when first asked.
 */
final class Distractors implements AutoCloseable {
  private final Collection<Passage> corpus;
  private @Nullable Bm25Retriever retriever;

  Distractors(Collection<Passage> corpus) {
    this.corpus = corpus;
  }

  /**
   * @param taken pids that are left out
   * @return pids, best first
   */
  Stream<String> of(Question question, Set<String> taken) {
    if (retriever == null) {
      retriever = Bm25Retriever.over(corpus);
    }
    return retriever.search(question.question(), List.of(), Math.max(1, retriever.size())).stream()
        .map(Hit::passage)
        .filter(passage -> !taken.contains(passage.pid()))
        .filter(passage -> !AnswerMetrics.contains(passage.text(), question.answers()))
        .map(Passage::pid);
  }

  @Override
  public void close() {
    if (retriever != null) {
      retriever.close();
    }
  }
}

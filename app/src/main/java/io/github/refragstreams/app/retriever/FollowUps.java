package io.github.refragstreams.app.retriever;

import io.github.refragstreams.app.data.Passage;
import java.util.Collection;
import java.util.List;

/**
 * Completes questions by what the turns before them say, for retrievers that know the question
 * only.
 *
 * @param retriever asked with the completed question, and without turns
 * @param followUp knows what the passages are about
 */
record FollowUps(Retriever retriever, FollowUp followUp) implements Retriever {
  /** Over the subjects of the passages that {@code retriever} searches. */
  static FollowUps over(Collection<Passage> passages, Retriever retriever) {
    return new FollowUps(retriever, new FollowUp(passages));
  }

  @Override
  public List<Hit> search(String question, List<Turn> earlier, int limit) {
    return retriever.search(followUp.complete(question, earlier), List.of(), limit);
  }

  @Override
  public void close() {
    retriever.close();
    followUp.close();
  }
}

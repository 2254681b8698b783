package io.github.refragstreams.app.retriever;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.retriever.VectorIndex.Near;
import io.github.refragstreams.model.SentenceEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * The passages whose vectors are nearest to the question's. It reads the question only, see {@link
 * FollowUps}.
 */
public final class DenseRetriever implements Retriever {
  /** Neighbours that a search looks at, at least: more of them are found the wider it looks. */
  private static final int CANDIDATES = 100;

  private final Map<String, List<Passage>> passages;
  private final SentenceEncoder encoder;
  private final VectorIndex index;

  private DenseRetriever(
      Map<String, List<Passage>> passages, SentenceEncoder encoder, VectorIndex index) {
    this.passages = passages;
    this.encoder = encoder;
    this.index = index;
  }

  /**
   * Encodes and indexes {@code passages}, each with its title. In memory, the same passages and
   * model give the same graph.
   *
   * @param encoder closed with the retriever, or here when this fails
   * @param folder keeps vectors for the next start; empty: they are kept in memory
   * @param encoded hears from time to time how many new texts are done
   * @throws io.github.refragstreams.app.data.BadInputException when the folder cannot be used
   */
  public static DenseRetriever over(
      Collection<Passage> passages,
      SentenceEncoder encoder,
      Optional<Path> folder,
      IntConsumer encoded) {
    try {
      Map<String, List<Passage>> byKey =
          passages.stream()
              .collect(
                  groupingBy(
                      passage -> VectorIndex.key(text(passage)), LinkedHashMap::new, toList()));
      List<String> texts = byKey.values().stream().map(same -> text(same.get(0))).toList();
      return new DenseRetriever(byKey, encoder, VectorIndex.over(texts, encoder, folder, encoded));
    } catch (RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  @Override
  public List<Hit> search(String question, List<Turn> earlier, int limit) {
    float[] vector = encoder.encode(List.of(question)).get(0);
    List<Hit> hits = new ArrayList<>();
    for (Near near : index.search(vector, limit, Math.max(limit, CANDIDATES))) {
      for (Passage passage : passages.getOrDefault(near.key(), List.of())) {
        if (hits.size() < limit) {
          hits.add(new Hit(passage, hits.size(), near.cosine()));
        }
      }
    }
    return hits;
  }

  @Override
  public void close() {
    try (encoder) {
      index.close();
    }
  }

  private static String text(Passage passage) {
    return passage.title() == null ? passage.text() : passage.title() + "\n" + passage.text();
  }
}

package io.github.refragstreams.app.retriever;

import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.model.SentenceEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntConsumer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;

/**
 * The passages whose vectors are nearest to the question's, by an HNSW graph in memory. It reads
 * the question only, see {@link FollowUps}. The same passages and model give the same graph.
 */
public final class DenseRetriever implements Retriever {
  private static final String VECTOR = "vector";

  /** Texts that are handed to the encoder at a time. */
  private static final int STEP = 256;

  /** Neighbours that a search looks at, at least: more of them are found the wider it looks. */
  private static final int CANDIDATES = 100;

  private final List<Passage> passages;
  private final SentenceEncoder encoder;
  private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
  private final DirectoryReader reader;
  private final IndexSearcher searcher;

  private DenseRetriever(Collection<Passage> passages, SentenceEncoder encoder, IntConsumer encoded)
      throws IOException {
    this.passages = List.copyOf(passages);
    this.encoder = encoder;
    index(encoded);
    this.reader = DirectoryReader.open(directory);
    this.searcher = new IndexSearcher(reader);
  }

  /**
   * Encodes and indexes {@code passages}, each with its title.
   *
   * @param encoder closed with the retriever
   * @param encoded hears from time to time how many are done
   */
  public static DenseRetriever over(
      Collection<Passage> passages, SentenceEncoder encoder, IntConsumer encoded) {
    try {
      return new DenseRetriever(passages, encoder, encoded);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<Hit> search(String question, List<Turn> earlier, int limit) {
    try {
      float[] vector = encoder.encode(List.of(question)).get(0);
      KnnFloatVectorQuery query =
          new KnnFloatVectorQuery(VECTOR, vector, Math.max(limit, CANDIDATES));
      List<Hit> hits = new ArrayList<>();
      for (ScoreDoc found : searcher.search(query, limit).scoreDocs) {
        hits.add(new Hit(passages.get(found.doc), hits.size(), cosine(found.score)));
      }
      return hits;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try (directory;
        reader) {
      encoder.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void index(IntConsumer encoded) throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig().setMergeScheduler(new SerialMergeScheduler());
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int from = 0; from < passages.size(); from += STEP) {
        List<Passage> step = passages.subList(from, Math.min(from + STEP, passages.size()));
        for (float[] vector : encoder.encode(step.stream().map(DenseRetriever::text).toList())) {
          Document document = new Document();
          document.add(
              new KnnFloatVectorField(VECTOR, vector, VectorSimilarityFunction.DOT_PRODUCT));
          writer.addDocument(document);
        }
        encoded.accept(from + step.size());
      }
      // One segment keeps document numbers equal to places in the list.
      writer.forceMerge(1);
    }
  }

  private static String text(Passage passage) {
    return passage.title() == null ? passage.text() : passage.title() + "\n" + passage.text();
  }

  /** Lucene's scores are not negative. */
  private static double cosine(float score) {
    return 2.0 * score - 1;
  }
}

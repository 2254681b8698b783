package io.github.refragstreams.app.retriever;

import io.github.refragstreams.app.data.Passage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.miscellaneous.PerFieldAnalyzerWrapper;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.PerFieldSimilarityWrapper;
import org.apache.lucene.search.similarities.Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;

/**
 * BM25 over passages, in memory. The passages are kept as they are; the index holds words only. It
 * reads the question only, see {@link FollowUps}. What counts how much depends on the corpus: see
 * {@link FieldWeights}.
 */
public final class Bm25Retriever implements Retriever {
  /** Field that holds a passage's place in the list. */
  private static final String PLACE = "place";

  private static final int LONGEST_TOPIC = 4;

  /** Words of a question that are searched: each makes several clauses, and Lucene takes 1,024. */
  private static final int MOST_WORDS = 100;

  private final List<Passage> passages;
  private final FieldWeights weights;
  private final ByteBuffersDirectory directory;
  private final DirectoryReader reader;
  private final IndexSearcher searcher;
  private final QuestionAnalyzer names = QuestionAnalyzer.forNames();
  private final QuestionAnalyzer stems = QuestionAnalyzer.forText();

  private Bm25Retriever(Collection<Passage> passages, int mostBuffered) throws IOException {
    this.passages = List.copyOf(passages);
    this.weights = FieldWeights.of(passages);
    Analyzer analyzer = new PerFieldAnalyzerWrapper(stems, Map.of(PassageFields.SUBJECT, names));
    this.directory = index(new IndexWriterConfig(analyzer).setMaxBufferedDocs(mostBuffered));
    this.reader = DirectoryReader.open(directory);
    this.searcher = new IndexSearcher(reader);
    searcher.setSimilarity(new ByField());
  }

  /** Indexes {@code passages}: about a second for ten thousand. */
  public static Bm25Retriever over(Collection<Passage> passages) {
    return over(passages, IndexWriterConfig.DISABLE_AUTO_FLUSH);
  }

  /**
   * @param mostBuffered passages in a segment before segments are merged, at least 2
   */
  static Bm25Retriever over(Collection<Passage> passages, int mostBuffered) {
    try {
      return new Bm25Retriever(passages, mostBuffered);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Passages in the index. */
  public int size() {
    return passages.size();
  }

  @Override
  public List<Hit> search(String question, List<Turn> earlier, int limit) {
    try {
      List<Hit> hits = new ArrayList<>();
      for (ScoreDoc found : searcher.search(query(question), limit).scoreDocs) {
        hits.add(new Hit(passages.get(place(found.doc)), hits.size(), found.score));
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
      names.close();
      stems.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Document numbers follow how segments were merged: they say nothing about the list. */
  private int place(int document) throws IOException {
    return reader
        .storedFields()
        .document(document, Set.of(PLACE))
        .getField(PLACE)
        .numericValue()
        .intValue();
  }

  private ByteBuffersDirectory index(IndexWriterConfig config) throws IOException {
    ByteBuffersDirectory index = new ByteBuffersDirectory();
    try (IndexWriter writer = new IndexWriter(index, config)) {
      for (int place = 0; place < passages.size(); place++) {
        Document document = PassageFields.document(passages.get(place), stems);
        document.add(new StoredField(PLACE, place));
        writer.addDocument(document);
      }
      // Searched by one thread: nothing is gained by more segments.
      writer.forceMerge(1);
    }
    return index;
  }

  private Query query(String question) {
    List<String> words = stems.words(question).stream().limit(MOST_WORDS).toList();
    Set<String> meant = new LinkedHashSet<>(words);
    words.forEach(word -> meant.addAll(QuestionAnalyzer.synonyms(word)));
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    add(query, PassageFields.SUBJECT, first(names.words(question)), weights.subject());
    add(query, PassageFields.SECTION, meant, weights.section());
    add(query, PassageFields.LABELS, meant, weights.labels());
    add(query, PassageFields.TOPIC, topics(words, meant), weights.topic());
    add(query, PassageFields.TEXT, meant, weights.text());
    return query.build();
  }

  private static Set<String> first(List<String> words) {
    return words.stream().limit(MOST_WORDS).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Runs of the question's words that may be a topic as a whole. */
  private static Set<String> topics(List<String> words, Set<String> meant) {
    Set<String> topics = new LinkedHashSet<>(meant);
    for (int first = 0; first < words.size(); first++) {
      for (int end = first + 1; end <= Math.min(first + LONGEST_TOPIC, words.size()); end++) {
        topics.add(String.join(PassageFields.JOINT, words.subList(first, end)));
      }
    }
    return topics;
  }

  private static void add(
      BooleanQuery.Builder query, String field, Set<String> terms, float weight) {
    if (weight == 0) {
      return;
    }
    for (String term : terms) {
      query.add(new BoostQuery(new TermQuery(new Term(field, term)), weight), Occur.SHOULD);
    }
  }

  /** Labels repeat their words, and passages have many or few of them: neither says much. */
  private static final class ByField extends PerFieldSimilarityWrapper {
    private final Similarity prose = new BM25Similarity();
    private final Similarity labels = new BM25Similarity(0.3f, 0.2f);

    @Override
    public Similarity get(String field) {
      return field.equals(PassageFields.LABELS) ? labels : prose;
    }
  }
}

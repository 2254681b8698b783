package io.github.refragstreams.app.retriever;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.app.data.BadInputException;
import io.github.refragstreams.app.text.Sha256;
import io.github.refragstreams.model.SentenceEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.util.Bits;

/**
 * Vectors of texts in an HNSW graph, each text once, in memory or in a folder. What a folder holds
 * of texts that are asked for again is not encoded again, vectors of other texts leave it, and all
 * leave it when they are another encoder's. The folder has no text, only hashes.
 *
 * <p>Safe for use by many threads once it is made.
 */
final class VectorIndex implements AutoCloseable {
  private static final String KEY = "key";
  private static final String VECTOR = "vector";
  private static final String ENCODER = "encoder";
  private static final String IN_MEMORY = "in memory";

  /** Texts that are handed to the encoder at a time. */
  private static final int STEP = 256;

  /** After so many steps, what is done so far outlives the process. */
  private static final int STEPS_KEPT = 16;

  private final Directory directory;
  private final DirectoryReader reader;
  private final IndexSearcher searcher;

  private VectorIndex(Directory directory) throws IOException {
    this.directory = directory;
    this.reader = DirectoryReader.open(directory);
    this.searcher = new IndexSearcher(reader);
  }

  /**
   * Encodes and indexes {@code texts}.
   *
   * @param folder made where it is missing; empty: in memory
   * @param encoded hears from time to time how many texts are done
   * @throws BadInputException when the folder cannot be used
   */
  static VectorIndex over(
      Collection<String> texts,
      SentenceEncoder encoder,
      Optional<Path> folder,
      IntConsumer encoded) {
    try {
      Directory directory =
          folder.isPresent() ? FSDirectory.open(folder.get()) : new ByteBuffersDirectory();
      try {
        // Whose vectors they are matters only where others may lie already.
        String fingerprint = folder.isPresent() ? encoder.fingerprint() : IN_MEMORY;
        fill(directory, texts, encoder, fingerprint, encoded);
        return new VectorIndex(directory);
      } catch (IOException | RuntimeException e) {
        directory.close();
        throw e;
      }
    } catch (LockObtainFailedException e) {
      throw new BadInputException(unusable(folder, "another process writes to it"), e);
    } catch (IndexFormatTooOldException | IndexFormatTooNewException e) {
      throw new BadInputException(
          unusable(folder, "it was written by another version of the program; delete it"), e);
    } catch (IOException e) {
      throw new BadInputException(unusable(folder, String.valueOf(e.getMessage())), e);
    }
  }

  private static String unusable(Optional<Path> folder, String why) {
    return "vector index "
        + folder.map(Path::toString).orElse(IN_MEMORY)
        + ": cannot be used: "
        + why;
  }

  /** A text by what is kept of it. */
  static String key(String text) {
    return HexFormat.of().formatHex(Sha256.of(text.getBytes(UTF_8)));
  }

  /**
   * @param key of a text
   * @param cosine of its vector and the one that was searched for
   */
  record Near(String key, double cosine) {}

  /**
   * @param candidates that the search looks at, at least {@code limit}: more are found the more it
   *     looks at
   * @return the nearest texts, best first
   */
  List<Near> search(float[] vector, int limit, int candidates) {
    try {
      KnnFloatVectorQuery query = new KnnFloatVectorQuery(VECTOR, vector, candidates);
      StoredFields fields = reader.storedFields();
      List<Near> found = new ArrayList<>();
      for (ScoreDoc hit : searcher.search(query, limit).scoreDocs) {
        found.add(new Near(key(fields, hit.doc), cosine(hit.score)));
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try (directory) {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void fill(
      Directory directory,
      Collection<String> texts,
      SentenceEncoder encoder,
      String fingerprint,
      IntConsumer encoded)
      throws IOException {
    Map<String, String> missing = new LinkedHashMap<>();
    texts.forEach(text -> missing.put(key(text), text));
    IndexWriterConfig config =
        new IndexWriterConfig().setMergeScheduler(new SerialMergeScheduler());
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      if (!fingerprint.equals(encoderOf(writer))) {
        writer.deleteAll();
      }
      writer.setLiveCommitData(Map.of(ENCODER, fingerprint).entrySet());
      for (String held : keys(writer)) {
        if (missing.remove(held) == null) {
          writer.deleteDocuments(new Term(KEY, held));
        }
      }
      add(writer, List.copyOf(missing.entrySet()), encoder, encoded);
    }
  }

  private static void add(
      IndexWriter writer,
      List<Map.Entry<String, String>> missing,
      SentenceEncoder encoder,
      IntConsumer encoded)
      throws IOException {
    int steps = 0;
    for (int from = 0; from < missing.size(); from += STEP) {
      List<Map.Entry<String, String>> step =
          missing.subList(from, Math.min(from + STEP, missing.size()));
      List<float[]> vectors = encoder.encode(step.stream().map(Map.Entry::getValue).toList());
      for (int i = 0; i < step.size(); i++) {
        Document document = new Document();
        document.add(new StringField(KEY, step.get(i).getKey(), Field.Store.YES));
        document.add(
            new KnnFloatVectorField(VECTOR, vectors.get(i), VectorSimilarityFunction.DOT_PRODUCT));
        writer.addDocument(document);
      }
      if (++steps % STEPS_KEPT == 0) {
        writer.commit();
      }
      encoded.accept(from + step.size());
    }
  }

  private static String encoderOf(IndexWriter writer) {
    Iterable<Map.Entry<String, String>> kept = writer.getLiveCommitData();
    if (kept != null) {
      for (Map.Entry<String, String> entry : kept) {
        if (entry.getKey().equals(ENCODER)) {
          return entry.getValue();
        }
      }
    }
    return "";
  }

  private static List<String> keys(IndexWriter writer) throws IOException {
    List<String> keys = new ArrayList<>();
    try (DirectoryReader held = DirectoryReader.open(writer)) {
      for (LeafReaderContext leaf : held.leaves()) {
        Bits live = leaf.reader().getLiveDocs();
        StoredFields fields = leaf.reader().storedFields();
        for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
          if (live == null || live.get(doc)) {
            keys.add(key(fields, doc));
          }
        }
      }
    }
    return keys;
  }

  private static String key(StoredFields fields, int doc) throws IOException {
    return fields.document(doc, Set.of(KEY)).get(KEY);
  }

  /** Lucene's scores are not negative. */
  private static double cosine(float score) {
    return 2.0 * score - 1;
  }
}

package io.github.refragstreams.model.internal.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.refragstreams.model.ChunkPolicy;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.LexicalChunkPolicy;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.model.Tokenizer;
import io.github.refragstreams.model.internal.HalfFloat;
import io.github.refragstreams.model.internal.UntilClosed;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The learned policy: a small transformer over the chunk vectors of all passages, which also reads
 * the question's token states and the lexical scores. Source: arXiv 2509.01092v2, section 2, whose
 * policy sees chunk vectors alone.
 *
 * <p>It is called on its callers' threads: {@link #close} waits for the calls that run, and later
 * ones fail with TRANSIENT, for a graph that is freed under a call takes the process with it.
 */
final class OnnxChunkPolicy implements ChunkPolicy, AutoCloseable {
  /** Lexical score, relevance of the passage, length. */
  private static final int FEATURES = 3;

  /** Chunks are measured by the longest that training saw. */
  private static final float LARGEST_CHUNK = 16;

  /** Tokens between two passages, as distances between chunks are counted. */
  private static final int PASSAGE_GAP = 64;

  private final OrtEnvironment environment;
  private final OrtSession session;

  private final UntilClosed graphs = new UntilClosed("the policy");

  @GuardedBy("this")
  private final WindowReader reader;

  private final Tokenizer tokenizer;
  private final LexicalChunkPolicy lexical;
  private final int dimension;
  private final int mostTokens;

  /**
   * @param session stays its caller's
   * @param reader closed with the policy
   * @param mostTokens of a question; the rest is not read
   */
  OnnxChunkPolicy(
      OrtEnvironment environment,
      OrtSession session,
      WindowReader reader,
      Tokenizer tokenizer,
      LexicalChunkPolicy lexical,
      int dimension,
      int mostTokens) {
    this.environment = environment;
    this.session = session;
    this.reader = reader;
    this.tokenizer = tokenizer;
    this.lexical = lexical;
    this.dimension = dimension;
    this.mostTokens = mostTokens;
  }

  @Override
  public String id() {
    return "learned-1";
  }

  @Override
  public List<float[]> score(String question, List<PassageContext> passages) {
    int chunks = passages.stream().mapToInt(passage -> passage.chunks().chunks()).sum();
    int[] asked = tokenizer.tokenize(question.strip()).ids();
    if (chunks == 0 || asked.length == 0) {
      return lexical.score(question, passages);
    }
    int[] read = Arrays.copyOf(asked, Math.min(asked.length, mostTokens));
    try {
      return graphs.use(() -> split(logits(chunks, question, passages, states(read)), passages));
    } catch (OrtException e) {
      throw OrtFailures.of("scoring chunks", e);
    }
  }

  @Override
  public void close() {
    graphs.close(
        () -> {
          synchronized (this) {
            reader.close();
          }
        });
  }

  /** States of the question's tokens [q, d]; training has seen them as half floats. */
  private FloatBuffer states(int[] asked) throws OrtException {
    float[] values = new float[asked.length * dimension];
    synchronized (this) {
      reader.read(List.of(asked)).get(dimension, values); // behind the sink
    }
    HalfFloat.round(values);
    return Direct.floats(values.length).put(values).flip();
  }

  private float[] logits(
      int chunks, String question, List<PassageContext> passages, FloatBuffer states)
      throws OrtException {
    List<float[]> scores = lexical.score(question, passages);
    List<Float> relevance = LexicalChunkPolicy.relevance(passages);
    FloatBuffer vectors = Direct.floats((long) chunks * dimension);
    LongBuffer positions = Direct.longs(chunks);
    FloatBuffer features = Direct.floats((long) chunks * FEATURES);
    float[] row = new float[dimension];
    int start = 0;
    int at = 0;
    for (int p = 0; p < passages.size(); p++) {
      PassageContext passage = passages.get(p);
      ChunkedText text = passage.chunks();
      for (int c = 0; c < text.chunks(); c++) {
        passage.vectors().copyRow(c, row, 0);
        vectors.put(at * dimension, row);
        positions.put(at, start + text.firstToken(c));
        features.put(at * FEATURES, scores.get(p)[c]);
        features.put(at * FEATURES + 1, relevance.get(p));
        features.put(at * FEATURES + 2, text.tokens(c) / LARGEST_CHUNK);
        at++;
      }
      start += text.tokens() + PASSAGE_GAP;
    }
    float[] logits = new float[chunks];
    try (OnnxTensor vectorTensor =
            OnnxTensor.createTensor(environment, vectors, new long[] {chunks, dimension});
        OnnxTensor positionTensor =
            OnnxTensor.createTensor(environment, positions, new long[] {chunks});
        OnnxTensor featureTensor =
            OnnxTensor.createTensor(environment, features, new long[] {chunks, FEATURES});
        OnnxTensor questionTensor =
            OnnxTensor.createTensor(
                environment, states, new long[] {states.capacity() / dimension, dimension});
        OrtSession.Result result =
            session.run(
                Map.of(
                    "vectors", vectorTensor,
                    "positions", positionTensor,
                    "features", featureTensor,
                    "question", questionTensor))) {
      ((OnnxTensor) result.get(0)).getFloatBuffer().get(logits);
    }
    return logits;
  }

  private static List<float[]> split(float[] all, List<PassageContext> passages) {
    List<float[]> scores = new ArrayList<>(passages.size());
    int at = 0;
    for (PassageContext passage : passages) {
      int end = at + passage.chunks().chunks();
      scores.add(Arrays.copyOfRange(all, at, end));
      at = end;
    }
    return scores;
  }
}

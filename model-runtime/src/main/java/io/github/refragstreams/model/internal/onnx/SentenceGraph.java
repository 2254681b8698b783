package io.github.refragstreams.model.internal.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.ModelException.Kind;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model of the BERT family as {@code sentence-transformers} and Optimum export it. Inputs, int64
 * [b, s]: {@code input_ids}, {@code attention_mask} and perhaps {@code token_type_ids}. First
 * output, float32 [b, s, d]: the states of the last layer.
 */
public final class SentenceGraph implements AutoCloseable {
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String output;

  private SentenceGraph(OrtEnvironment environment, OrtSession session, String output) {
    this.environment = environment;
    this.session = session;
    this.output = output;
  }

  /**
   * @throws ModelException MODEL when the graph cannot be loaded or is of another form
   */
  public static SentenceGraph open(OnnxEngine engine, Path file) {
    OrtSession session = engine.session(file, Map.of());
    try {
      return new SentenceGraph(engine.environment(), session, checked(session, file));
    } catch (OrtException | ModelException e) {
      SentenceGraph.close(session);
      throw e instanceof ModelException known
          ? known
          : new ModelException(Kind.MODEL, file.getFileName() + " cannot be read", e);
    }
  }

  /**
   * Vectors of length 1.
   *
   * @param rows ids, at least one row, none empty
   * @throws ModelException INPUT for ids outside the vocabulary and for rows that are too long
   */
  public List<float[]> run(List<long[]> rows) {
    int count = rows.size();
    int width = rows.stream().mapToInt(row -> row.length).max().orElse(0);
    LongBuffer ids = Direct.longs((long) count * width);
    LongBuffer mask = Direct.longs((long) count * width);
    for (int row = 0; row < count; row++) {
      for (int i = 0; i < rows.get(row).length; i++) {
        ids.put(row * width + i, rows.get(row)[i]);
        mask.put(row * width + i, 1);
      }
    }
    long[] shape = {count, width};
    try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, ids, shape);
        OnnxTensor maskTensor = OnnxTensor.createTensor(environment, mask, shape);
        OnnxTensor typeTensor =
            OnnxTensor.createTensor(environment, Direct.longs((long) count * width), shape)) {
      Map<String, OnnxTensor> inputs = new HashMap<>(Map.of(IDS, idTensor, MASK, maskTensor));
      if (session.getInputNames().contains(TYPES)) {
        inputs.put(TYPES, typeTensor);
      }
      try (OrtSession.Result result = session.run(inputs, Set.of(output))) {
        return pooled((OnnxTensor) result.get(0), rows, width);
      }
    } catch (OrtException e) {
      throw OrtFailures.of("encoding sentences", e);
    }
  }

  @Override
  public void close() {
    close(session);
  }

  private static List<float[]> pooled(OnnxTensor states, List<long[]> rows, int width) {
    int dimension = (int) states.getInfo().getShape()[2];
    FloatBuffer all = states.getFloatBuffer();
    float[] state = new float[dimension];
    List<float[]> vectors = new ArrayList<>(rows.size());
    for (int row = 0; row < rows.size(); row++) {
      float[] sum = new float[dimension];
      for (int i = 0; i < rows.get(row).length; i++) {
        all.get((row * width + i) * dimension, state);
        for (int d = 0; d < dimension; d++) {
          sum[d] += state[d];
        }
      }
      vectors.add(normalised(sum));
    }
    return vectors;
  }

  /** The mean has the direction of the sum. */
  private static float[] normalised(float[] sum) {
    double squares = 0;
    for (float value : sum) {
      squares += (double) value * value;
    }
    float length = (float) Math.sqrt(squares);
    if (!(length > 0) || Float.isInfinite(length)) {
      throw new ModelException(Kind.INPUT, "a sentence vector has no direction");
    }
    for (int d = 0; d < sum.length; d++) {
      sum[d] /= length;
    }
    return sum;
  }

  /** Name of the output that is read. */
  private static String checked(OrtSession session, Path file) throws OrtException {
    Set<String> inputs = session.getInputNames();
    if (!inputs.containsAll(Set.of(IDS, MASK)) || !Set.of(IDS, MASK, TYPES).containsAll(inputs)) {
      throw new ModelException(
          Kind.MODEL,
          "%s has inputs %s; expected %s, %s and perhaps %s"
              .formatted(file.getFileName(), inputs, IDS, MASK, TYPES));
    }
    Map.Entry<String, NodeInfo> first = session.getOutputInfo().entrySet().iterator().next();
    if (!(first.getValue().getInfo() instanceof TensorInfo tensor)
        || tensor.type != OnnxJavaType.FLOAT
        || tensor.getShape().length != 3) {
      throw new ModelException(
          Kind.MODEL,
          "%s has %s as its first output; expected states, float32 [batch, tokens, components]"
              .formatted(file.getFileName(), first.getValue()));
    }
    return first.getKey();
  }

  private static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new ModelException(Kind.MODEL, "a session could not be closed", e);
    }
  }
}

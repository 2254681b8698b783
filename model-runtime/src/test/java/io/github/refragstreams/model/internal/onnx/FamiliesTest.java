package io.github.refragstreams.model.internal.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.ModelBundle;
import io.github.refragstreams.model.ModelRuntime;
import io.github.refragstreams.model.Precision;
import io.github.refragstreams.model.Prompt;
import io.github.refragstreams.model.RuntimeConfig;
import io.github.refragstreams.model.Segment;
import io.github.refragstreams.model.TestBundle;
import io.github.refragstreams.model.internal.bundle.ManifestReader;
import io.github.refragstreams.model.internal.decode.RowModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random decoders of the Llama family (a head of its own, scaled positions, vectors before layer 0)
 * and of the Qwen2 family (biases, vectors before layer 1), against what PyTorch computed with the
 * bundle's weights. {@code training/tests/served.py} writes the bundles.
 */
class FamiliesTest {
  private static final int SINK = 256;
  private static final int K = 4;

  @ParameterizedTest
  @CsvSource({
    "llama,FP32,0.999",
    "qwen2,FP32,0.999",
    "llama,QUANTISED,0.99",
    "qwen2,QUANTISED,0.99"
  })
  void vectorsAndLogitsAreThoseOfPyTorch(String family, Precision precision, double least)
      throws Exception {
    // Given
    Path folder = TestBundle.tiny(family);
    JsonNode expected = new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
    try (LoadedModel model =
        LoadedModel.open(folder, ManifestReader.read(folder), "cpu", 1, precision)) {
      // When
      ChunkVectors vectors = encode(folder, model, ids(expected.path("passage")));
      List<float[]> logits = decode(model, vectors, expected);
      // Then
      float[] vector = new float[vectors.dimension()];
      for (int row = 0; row < vectors.rows(); row++) {
        vectors.copyRow(row, vector, 0);
        assertThat(cosine(vector, floats(expected.path("vectors").path(row)))).isGreaterThan(least);
      }
      for (int step = 0; step < logits.size(); step++) {
        assertThat(cosine(logits.get(step), floats(expected.path("logits").path(step))))
            .isGreaterThan(least);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2"})
  void aWholeRuntimeOpensOnIt(String family) {
    RuntimeConfig config = RuntimeConfig.defaults().withDecoder(1, 128);
    try (ModelRuntime runtime =
        ModelRuntime.open(ModelBundle.open(TestBundle.tiny(family)), config)) {
      assertThat(runtime.tokenizer().tokenize("Zoe\u0308").ids()).hasSize(5);
    }
  }

  private static ChunkVectors encode(Path folder, LoadedModel model, int[] ids) {
    return model
        .encoder(ModelBundle.open(folder).info(), SINK)
        .encode(List.of(new ChunkedText(K, ids, new int[ids.length], 0)))
        .get(0);
  }

  /** Logits after the prompt and after each of PyTorch's tokens. */
  private static List<float[]> decode(LoadedModel model, ChunkVectors vectors, JsonNode expected) {
    int[] before = ids(expected.path("before"));
    RowModel rows = model.rows(new OnnxRowModel.Size(1, 64, 64, 16), new int[] {before[0]});
    Prompt prompt =
        new Prompt(
            List.of(
                new Segment.Tokens(new int[] {before[1], before[2]}),
                new Segment.Chunks(vectors, ids(expected.path("chunks"))),
                new Segment.Tokens(ids(expected.path("after")))));
    RowModel.Reading reading = rows.read(0, prompt);
    while (!reading.advance()) {
      // piece by piece
    }
    List<float[]> logits = new ArrayList<>(List.of(reading.logits().clone()));
    int[] tokens = ids(expected.path("tokens"));
    for (int step = 1; step < tokens.length; step++) {
      logits.add(rows.step(new int[] {tokens[step - 1]})[0].clone());
    }
    return logits;
  }

  private static int[] ids(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.path(i).asInt();
    }
    return ids;
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.path(i).asDouble();
    }
    return values;
  }

  private static double cosine(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    double dot = 0;
    double squares = 0;
    double others = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squares += (double) a[i] * a[i];
      others += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(squares * others);
  }
}

package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.internal.Natives;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrecisionTest {
  private static final String TEXT =
      "Ulaanbaatar is the capital and most populous city of Mongolia. It is the coldest capital"
          + " city in the world by average yearly temperature.";

  @Test
  void quantisedVectorsPointWhereTheFloatsDo() {
    // Given
    int before = Natives.open();
    RuntimeConfig quantised = RuntimeConfig.defaults().withDecoder(1, 128);
    for (int k : List.of(4, 16)) {
      // When
      ChunkVectors eight = vectors(quantised, k);
      ChunkVectors floats = vectors(quantised.withPrecision(Precision.FP32), k);
      // Then
      assertThat(eight).isNotEqualTo(floats);
      for (int row = 0; row < floats.rows(); row++) {
        assertThat(cosine(eight, floats, row)).isGreaterThan(0.98);
      }
    }
    assertThat(Natives.open()).isEqualTo(before);
  }

  private static ChunkVectors vectors(RuntimeConfig config, int k) {
    try (ModelRuntime runtime = ModelRuntime.open(ModelBundle.open(TestBundle.folder()), config)) {
      ChunkedText chunks = runtime.models().chunker().chunk("Ulaanbaatar", TEXT, k);
      return runtime.models().encoder().encode(chunks).join();
    }
  }

  /** Of the vectors of a chunk. */
  static double cosine(ChunkVectors first, ChunkVectors second, int row) {
    float[] a = new float[first.dimension()];
    float[] b = new float[second.dimension()];
    first.copyRow(row, a, 0);
    second.copyRow(row, b, 0);
    double dot = 0;
    double squares = 0;
    double others = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
      squares += a[i] * a[i];
      others += b[i] * b[i];
    }
    return dot / Math.sqrt(squares * others);
  }
}

package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.model.internal.Natives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A tiny model, and the vectors that Python computes with it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SentenceEncoderTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "sentence-encoder");
  private static final float SAME = 1e-5f;

  private JsonNode expected;
  private SentenceEncoder encoder;

  @BeforeAll
  void open() throws IOException {
    expected = new ObjectMapper().readTree(FOLDER.resolve("expected.json").toFile());
    encoder = SentenceEncoder.open(FOLDER, 1, expected.get("max_tokens").asInt());
  }

  @AfterAll
  void close() {
    encoder.close();
  }

  @Test
  void vectorsAreThoseOfPythonWhateverElseIsEncoded() {
    // Given
    List<String> texts = new ArrayList<>();
    expected.get("vectors").fieldNames().forEachRemaining(texts::add);
    // When
    List<float[]> vectors = encoder.encode(texts);
    // Then
    for (int i = 0; i < texts.size(); i++) {
      JsonNode vector = expected.get("vectors").get(texts.get(i));
      assertThat(vectors.get(i)).hasSize(vector.size()).hasSize(encoder.dimension());
      for (int d = 0; d < vector.size(); d++) {
        assertThat(vectors.get(i)[d]).isCloseTo((float) vector.get(d).asDouble(), within(SAME));
      }
    }
  }

  @Test
  void aFingerprintIsThatOfFilesAndTokens() {
    int maxTokens = expected.get("max_tokens").asInt();
    try (SentenceEncoder same = SentenceEncoder.open(FOLDER, 1, maxTokens);
        SentenceEncoder shorter = SentenceEncoder.open(FOLDER, 1, maxTokens - 1)) {
      assertThat(same.fingerprint()).isEqualTo(encoder.fingerprint());
      assertThat(shorter.fingerprint()).isNotEqualTo(encoder.fingerprint());
    }
  }

  @Test
  void vectorsHaveLengthOneAndStayInTheOrderOfTheTexts() {
    // Given: more tokens than one call takes, of lengths that differ
    List<String> texts =
        IntStream.range(0, 1_000).mapToObj(i -> "river ".repeat(1 + i % 9) + "bread").toList();
    // When
    List<float[]> vectors = encoder.encode(texts);
    // Then
    assertThat(vectors).hasSize(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      assertThat(dot(vectors.get(i), vectors.get(i))).isCloseTo(1f, within(SAME));
      assertThat(dot(vectors.get(i), vectors.get(i % 9))).isCloseTo(1f, within(SAME));
    }
  }

  @Test
  void theSameTextsHaveTheSameVectors() {
    List<String> texts = List.of("the river", "she painted ships", "?");
    assertThat(encoder.encode(texts).get(1)).containsExactly(encoder.encode(texts).get(1));
  }

  @Test
  void readsTextsWithoutWordsAndLongOnesAsFarAsItGoes() {
    List<float[]> vectors = encoder.encode(List.of("", "river ".repeat(5_000)));
    for (float[] vector : vectors) {
      assertThat(dot(vector, vector)).isCloseTo(1f, within(SAME));
    }
  }

  @Test
  void refusesMoreTokensThanTheModelHasPositionsFor() {
    int open = Natives.open();
    int tooMany = expected.get("positions").asInt() + 1;
    assertThatThrownBy(() -> SentenceEncoder.open(FOLDER, 1, tooMany))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageContaining("sentence encoder " + FOLDER)
        .hasMessageContaining("of 33 tokens");
    assertThat(Natives.open()).isEqualTo(open);
  }

  @Test
  void saysWhatIsMissing(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> SentenceEncoder.open(folder, 1, 8))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessage("sentence encoder " + folder + ": there is no model.onnx in it");
    Files.copy(FOLDER.resolve("model.onnx"), folder.resolve("model.onnx"));
    assertThatThrownBy(() -> SentenceEncoder.open(folder, 1, 8))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessage("sentence encoder " + folder + ": there is no tokenizer.json in it");
  }

  @Test
  void refusesWhatIsNoModel(@TempDir Path folder) throws IOException {
    int open = Natives.open();
    Files.copy(FOLDER.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    Files.writeString(folder.resolve("model.onnx"), "no graph");
    assertThatThrownBy(() -> SentenceEncoder.open(folder, 1, 8))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageEndingWith("model.onnx cannot be loaded");
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    assertThatThrownBy(() -> SentenceEncoder.open(folder, 1, 8))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageEndingWith("tokenizer.json cannot be read");
    assertThat(Natives.open()).isEqualTo(open);
  }

  @Test
  void refusesModelsOfOtherForms(@TempDir Path folder) throws IOException {
    Files.copy(FOLDER.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    Path pool = Path.of("src", "test", "resources", "bundles", "llama", "pool.4.onnx");
    Files.copy(pool, folder.resolve("model.onnx"));
    Files.copy(pool.resolveSibling("pool.4.bin"), folder.resolve("pool.4.bin"));
    assertThatThrownBy(() -> SentenceEncoder.open(folder, 1, 8))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageContaining("model.onnx has inputs [")
        .hasMessageContaining("expected input_ids, attention_mask and perhaps token_type_ids");
  }

  private static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }
}

package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.model.internal.Natives;
import io.github.refragstreams.model.internal.text.TinyTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be opened leaves nothing open. */
class ModelRuntimeFailureTest {
  private final RuntimeConfig config = RuntimeConfig.defaults().withDecoder(1, 128);
  private final int before = Natives.open();

  @TempDir Path bundle;

  @BeforeEach
  void writeBundle() throws Exception {
    TinyBundle.write(bundle);
  }

  @Test
  void aTokenizerThatCannotBeUsedIsNamed() {
    assertThatThrownBy(() -> ModelRuntime.open(ModelBundle.open(bundle), config))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessage("bundle " + bundle + ": tokenizer.json cannot be used");
    assertThat(Natives.open()).isEqualTo(before);
  }

  @Test
  void aBundleThatWasOnlyDescribedIsCompared() throws Exception {
    // Given
    Files.writeString(bundle.resolve("upper.bin"), "content");
    ModelBundle described = ModelBundle.describe(bundle);
    assertThat(described.info().id()).isEqualTo("tiny@1");
    // When / Then
    assertThatThrownBy(() -> ModelRuntime.open(described, config))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageContaining("upper.bin is truncated: 7 bytes");
    assertThat(Natives.open()).isEqualTo(before);
  }

  @Test
  void aGraphThatCannotBeLoadedIsNamed() throws Exception {
    // Given
    Files.write(bundle.resolve("tokenizer.json"), TinyTokenizer.json());
    Files.writeString(bundle.resolve("manifest.json"), TinyBundle.manifest(bundle));
    // When / Then
    assertThatThrownBy(() -> ModelRuntime.open(ModelBundle.open(bundle), config))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.MODEL))
        .hasMessage("lower.onnx cannot be loaded");
    assertThat(Natives.open()).isEqualTo(before);
  }

  @Test
  void floatGraphsThatTheManifestDoesNotListAreRefused() throws Exception {
    // Given: the files are there, but nothing says what is in them
    Files.write(bundle.resolve("tokenizer.json"), TinyTokenizer.json());
    Files.copy(bundle.resolve("lower.onnx"), bundle.resolve("lower.fp32.onnx"));
    Files.copy(bundle.resolve("upper.onnx"), bundle.resolve("upper.fp32.onnx"));
    Path manifest = bundle.resolve("manifest.json");
    Files.writeString(manifest, TinyBundle.manifest(bundle));
    // When / Then
    assertFloatsRefused("lower.fp32.onnx");
    // Given
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replaceFirst(
                "\"lower.onnx\":(\\{[^}]*},)", "\"lower.onnx\":$1\"lower.fp32.onnx\":$1"));
    // When / Then
    assertFloatsRefused("upper.fp32.onnx");
  }

  private void assertFloatsRefused(String graph) {
    assertThatThrownBy(
            () -> ModelRuntime.open(ModelBundle.open(bundle), config.withPrecision(Precision.FP32)))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessage("bundle " + bundle + ": manifest.json: files has no entry " + graph);
    assertThat(Natives.open()).isEqualTo(before);
  }

  @Test
  void tokenStatesThatTheDecoderCannotReadAreRefused() {
    assertThatThrownBy(
            () -> ModelRuntime.open(ModelBundle.open(bundle), config.withTokenStates(true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "model.token-states is true but bundle 'tiny@1' was not trained to read token states");
    assertThat(Natives.open()).isEqualTo(before);
  }

  @Test
  void positionsBeyondTheGraphsAreRefused() {
    assertThatThrownBy(
            () -> ModelRuntime.open(ModelBundle.open(bundle), config.withDecoder(1, 129)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("model.max-positions is 129 but bundle 'tiny' reaches 128");
    assertThat(Natives.open()).isEqualTo(before);
  }
}

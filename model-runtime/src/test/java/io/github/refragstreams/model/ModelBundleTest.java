package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelBundleTest {
  @TempDir Path bundle;

  @BeforeEach
  void writeBundle() throws Exception {
    TinyBundle.write(bundle);
  }

  @Test
  void opensABundleThatMatchesItsManifest() {
    // When
    BundleInfo info = ModelBundle.open(bundle).info();
    // Then
    assertThat(info.id()).isEqualTo("tiny@1");
    assertThat(info.chunkSizes()).containsExactly(4);
    assertThat(info.dimension()).isEqualTo(8);
  }

  @Test
  void namesAMissingFile() throws IOException {
    Files.delete(bundle.resolve("upper.bin"));
    assertRefused("upper.bin is missing");
  }

  @Test
  void namesATruncatedFile() throws IOException {
    Files.writeString(bundle.resolve("upper.bin"), "content");
    assertRefused("upper.bin is truncated: 7 bytes; the manifest says 20");
  }

  @Test
  void namesAnAlteredFile() throws IOException {
    Files.writeString(bundle.resolve("upper.bin"), "Content of upper.bin");
    assertRefused("upper.bin is altered: its SHA-256 is not the manifest's");
  }

  @Test
  void namesAMissingManifest() throws IOException {
    Files.delete(bundle.resolve("manifest.json"));
    assertRefused("manifest.json is missing");
  }

  @Test
  void refusesAnotherFormatVersion() throws Exception {
    writeManifest(
        TinyBundle.manifest(bundle).replace("\"format_version\":1", "\"format_version\":2"));
    assertRefused("manifest.json: format_version is 2; this runtime reads 1");
  }

  @Test
  void refusesAManifestThatIsNoJson() throws IOException {
    writeManifest("{\"format_version\":1,");
    assertThatThrownBy(() -> ModelBundle.open(bundle))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageContaining("manifest.json cannot be read: Unexpected end-of-input");
  }

  @Test
  void refusesAManifestWithoutANeededFile() throws Exception {
    writeManifest(TinyBundle.manifest(bundle).replace("\"pool.4.onnx\"", "\"pool.5.onnx\""));
    assertRefused("manifest.json: files has no entry pool.4.onnx");
  }

  @Test
  void refusesTensorsBeyondTheirFile() throws Exception {
    writeManifest(TinyBundle.manifest(bundle).replace("\"offset\":0", "\"offset\":5"));
    assertRefused("manifest.json: tensor w reaches beyond the 20 bytes of upper.bin");
  }

  @Test
  void refusesAnUnknownTensorType() throws Exception {
    writeManifest(TinyBundle.manifest(bundle).replace("\"i8\"", "\"i4\""));
    assertRefused("manifest.json: tensor w has dtype i4; expected one of [f16, f32, i8, u8]");
  }

  @Test
  void refusesAWindowThatIsNoMultipleOfEveryChunkSize() throws Exception {
    writeManifest(
        TinyBundle.manifest(bundle).replace("\"encoder_window\":16", "\"encoder_window\":18"));
    assertRefused("manifest.json: encoder_window is 18; it must be a multiple of 4");
  }

  @Test
  void refusesFilesOutsideTheBundle() throws Exception {
    writeManifest(
        TinyBundle.manifest(bundle).replace("\"upper.bin\":{\"sha", "\"../upper.bin\":{\"sha"));
    assertThatThrownBy(() -> ModelBundle.open(bundle)).isInstanceOf(InvalidBundleException.class);
  }

  private void assertRefused(String problem) {
    assertThatThrownBy(() -> ModelBundle.open(bundle))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessage("bundle " + bundle + ": " + problem);
  }

  private void writeManifest(String json) throws IOException {
    Files.writeString(bundle.resolve("manifest.json"), json);
  }
}

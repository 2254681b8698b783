package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertRefused("upper.bin is truncated: 7 bytes; the manifest says 512");
  }

  @Test
  void namesAnAlteredFile() throws IOException {
    Path file = bundle.resolve("upper.bin");
    Files.writeString(file, Files.readString(file).replace('c', 'C'));
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
        TinyBundle.manifest(bundle).replace("\"format_version\":3", "\"format_version\":1"));
    assertRefused("manifest.json: format_version is 1; this runtime reads 3");
  }

  @Test
  void refusesAManifestThatIsNoJson() throws IOException {
    writeManifest("{\"format_version\":3,");
    assertThatThrownBy(() -> ModelBundle.open(bundle))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageContaining("manifest.json cannot be read: Unexpected end-of-input");
  }

  @Test
  void refusesAManifestWithoutANeededFile() throws Exception {
    writeManifest(TinyBundle.manifest(bundle).replace("\"pool.4.onnx\"", "\"pool.5.onnx\""));
    assertRefused("manifest.json: files has no entry pool.4.onnx");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lower.bin", "upper.bin", "embedding.bin", "pool.4.bin"})
  void refusesAManifestWithoutAWeightFile(String file) throws Exception {
    writeManifest(
        TinyBundle.manifest(bundle)
            .replace("\"%s\":{\"sha".formatted(file), "\"other.bin\":{\"sha"));
    assertRefused("manifest.json: files has no entry " + file);
  }

  @Test
  void refusesAWeightFileWithoutANeededTensor() throws Exception {
    writeManifest(TinyBundle.manifest(bundle).replace("\"l1.gate.q\"", "\"l2.gate.q\""));
    assertRefused("manifest.json: upper.bin has no tensor l1.gate.q");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"dimension\":8;\"dimension\":9;l0.qkv.q of lower.bin;[8, 24];[9, 24]",
        "\"heads\":1,\"kv;\"heads\":2,\"kv;l0.qkv.q of lower.bin;[8, 24];[8, 32]",
        "\"hidden\":16;\"hidden\":17;l0.gate.q of lower.bin;[8, 16];[8, 17]",
        "\"vocabulary\":10;\"vocabulary\":11;embed.q of embedding.bin;[10, 8];[11, 8]",
        "[32,8];[33,8];linear.q of pool.4.bin;[33, 8];[32, 8]"
      })
  void namesATensorOfAnotherShape(
      String from, String to, String tensor, String shape, String expected) throws Exception {
    writeManifest(TinyBundle.manifest(bundle).replace(from, to));
    assertRefused(
        "manifest.json: tensor %s has shape %s; by the sizes of the model it has %s"
            .formatted(tensor, shape, expected));
  }

  @Test
  void refusesASeparateEncoder() throws Exception {
    writeManifest(
        TinyBundle.manifest(bundle)
            .replace("\"hidden\":16", "\"encoder\":\"encoder.onnx\",\"hidden\":16"));
    assertRefused(
        "manifest.json: encoder is encoder.onnx; this runtime encodes with the decoder's own layers"
            + " only");
  }

  @Test
  void namesAMissingBias() throws Exception {
    writeManifest(
        TinyBundle.manifest(bundle).replace("\"hidden\":16", "\"qkv_bias\":true,\"hidden\":16"));
    assertRefused("manifest.json: lower.bin has no tensor l0.qkv.bias");
  }

  @Test
  void namesAMissingHead() throws Exception {
    writeManifest(
        TinyBundle.manifest(bundle).replace("\"hidden\":16", "\"tied_head\":false,\"hidden\":16"));
    assertRefused("manifest.json: files has no entry head.bin");
  }

  @Test
  void refusesFrequenciesForOtherHeads() throws Exception {
    writeManifest(
        TinyBundle.manifest(bundle)
            .replace("\"hidden\":16", "\"rope_frequencies\":[1.0,0.1],\"hidden\":16"));
    assertRefused("manifest.json: rope_frequencies is [1.0, 0.1]; heads of 8 have 4");
  }

  @Test
  void namesATensorOfTheAdapterThatHasAnotherShape() throws Exception {
    writeManifest(
        TinyBundle.manifest(bundle)
            .replace(
                "\"adapter\":null",
                "\"adapter\":{\"file\":\"upper.bin\",\"rank\":2,\"scale\":1.0,\"tensors\":"
                    + "{\"l1.o.a\":{\"offset\":0,\"shape\":[8,2],\"dtype\":\"f16\"}}}"));
    assertRefused(
        "manifest.json: tensor l1.o.a of upper.bin has shape [8, 2]; by the sizes of the model it"
            + " has [2, 8]");
  }

  @Test
  void refusesTensorsBeyondTheirFile() throws Exception {
    writeManifest(TinyBundle.manifest(bundle).replace("\"offset\":0", "\"offset\":500"));
    assertRefused("manifest.json: tensor l0.qkv.q reaches beyond the 512 bytes of lower.bin");
  }

  @Test
  void refusesAnUnknownTensorType() throws Exception {
    writeManifest(TinyBundle.manifest(bundle).replace("\"i8\"", "\"i4\""));
    assertRefused(
        "manifest.json: tensor l0.qkv.q has dtype i4; expected one of [f16, f32, i8, u8]");
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

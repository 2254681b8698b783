package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelBundleTest {
  private static final List<String> FILES =
      List.of("tokenizer.json", "lower.onnx", "upper.onnx", "pool.4.onnx", "upper.bin");

  @TempDir Path bundle;

  @BeforeEach
  void writeBundle() throws Exception {
    for (String file : FILES) {
      Files.writeString(bundle.resolve(file), "content of " + file);
    }
    writeManifest(manifest());
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
    writeManifest(manifest().replace("\"format_version\":1", "\"format_version\":2"));
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
    writeManifest(manifest().replace("\"pool.4.onnx\"", "\"pool.5.onnx\""));
    assertRefused("manifest.json: files has no entry pool.4.onnx");
  }

  @Test
  void refusesTensorsBeyondTheirFile() throws Exception {
    writeManifest(manifest().replace("\"offset\":0", "\"offset\":5"));
    assertRefused("manifest.json: tensor w reaches beyond the 20 bytes of upper.bin");
  }

  @Test
  void refusesAnUnknownTensorType() throws Exception {
    writeManifest(manifest().replace("\"i8\"", "\"i4\""));
    assertRefused("manifest.json: tensor w has dtype i4; expected one of [f16, f32, i8, u8]");
  }

  @Test
  void refusesAWindowThatIsNoMultipleOfEveryChunkSize() throws Exception {
    writeManifest(manifest().replace("\"encoder_window\":16", "\"encoder_window\":18"));
    assertRefused("manifest.json: encoder_window is 18; it must be a multiple of 4");
  }

  @Test
  void refusesFilesOutsideTheBundle() throws Exception {
    writeManifest(manifest().replace("\"upper.bin\":{\"sha", "\"../upper.bin\":{\"sha"));
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

  private String manifest() throws Exception {
    StringBuilder files = new StringBuilder();
    for (String file : FILES) {
      byte[] content = Files.readAllBytes(bundle.resolve(file));
      String sha256 =
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
      files.append(
          "%s\"%s\":{\"sha256\":\"%s\",\"bytes\":%d}"
              .formatted(files.isEmpty() ? "" : ",", file, sha256, content.length));
    }
    return """
        {"format_version":1,"name":"tiny","version":"1","licence":"Apache-2.0","dimension":8,
         "vocabulary":10,"layers":2,"injection_layer":1,"context_positions":64,"rotary_positions":128,"kv_heads":1,
         "head_size":8,"chunk_sizes":[4],"default_chunk_tokens":4,"encoder_window":16,
         "encoder_id":"e1",
         "prompt":{"system":"s","head":"h","label":"[{number}] ","separator":"\\n",
          "question":"{question}","tail":"t"},
         "special_tokens":{"sink":"<|start|>","stop":"<|end|>"},"adapter":null,
         "tensors":{"upper.bin":{"w":{"offset":0,"shape":[4,4],"dtype":"i8"}}},
         "files":{%s}}
        """
        .formatted(files);
  }
}

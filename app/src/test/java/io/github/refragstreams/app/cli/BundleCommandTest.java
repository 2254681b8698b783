package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BundleCommandTest {
  /** A small one. */
  private static final Path BUNDLE =
      Path.of(System.getProperty("refrag.root"), "model-runtime/src/test/resources/bundles/llama");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @Test
  void showsWhatTheManifestSays() throws IOException {
    // Given
    JsonNode manifest = new ObjectMapper().readTree(BUNDLE.resolve("manifest.json").toFile());
    // When
    int status = run("bundle", "show", "--json", "--bundle", BUNDLE.toString());
    // Then
    assertThat(status).as(err.toString()).isEqualTo(ExitCodes.OK);
    JsonNode shown = new ObjectMapper().readTree(out.toString());
    for (String fact : List.of("name", "version", "encoder_id", "chunk_sizes", "layers")) {
      assertThat(shown.get(fact)).as(fact).isEqualTo(manifest.get(fact));
    }
    assertThat(shown.get("files")).hasSameSizeAs(manifest.get("files"));
  }

  @Test
  void showsItToPeople() {
    // When
    run("bundle", "show", "--bundle", BUNDLE.toString());
    // Then
    assertThat(out.toString().lines())
        .contains("chunk_sizes           4")
        .anyMatch(line -> line.matches("tokenizer\\.json +\\d+"));
  }

  @Test
  void verifiesAnIntactBundle() {
    // When
    int status = run("bundle", "verify", "--bundle", BUNDLE.toString());
    // Then
    assertThat(status).isEqualTo(ExitCodes.OK);
    assertThat(out.toString()).contains(" is intact: ").endsWith(" bytes\n");
  }

  @Test
  void namesTheFileThatIsAltered() throws IOException {
    // Given
    Path copy = copy("altered");
    Path file = copy.resolve("tokenizer.json");
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
    // When
    int status = run("bundle", "verify", "--bundle", copy.toString());
    // Then
    assertThat(status).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString().strip())
        .isEqualTo(
            "refrag: bundle "
                + copy
                + ": tokenizer.json is altered: its SHA-256 is not the manifest's");
  }

  @Test
  void refusesABundleWhoseManifestIsNotTheExpectedOne() throws IOException {
    // Given
    run("bundle", "show", "--json", "--bundle", BUNDLE.toString());
    String expected =
        "model.manifest-sha256="
            + new ObjectMapper().readTree(out.toString()).get("manifest_sha256").asText();
    Path copy = copy("exchanged");
    Files.writeString(copy.resolve("manifest.json"), "\n", StandardOpenOption.APPEND);
    // When, Then: every file of both is what their manifests say
    assertThat(run("bundle", "verify", "--bundle", BUNDLE.toString(), "--set", expected))
        .isEqualTo(ExitCodes.OK);
    assertThat(run("bundle", "verify", "--bundle", copy.toString())).isEqualTo(ExitCodes.OK);
    assertThat(run("bundle", "verify", "--bundle", copy.toString(), "--set", expected))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString())
        .contains("model.manifest-sha256 is '", "but the manifest in " + copy);
  }

  @Test
  void saysThatABundleDoesNotDifferFromItself() {
    // When
    int status = run("bundle", "compare", BUNDLE.toString(), BUNDLE.toString());
    // Then
    assertThat(status).isEqualTo(ExitCodes.OK);
    assertThat(out.toString()).isEqualTo("no difference\n");
  }

  @Test
  void saysInWhatTwoBundlesDiffer() throws IOException {
    // Given
    Path copy = copy("other");
    Path manifest = copy.resolve("manifest.json");
    ObjectNode changed = (ObjectNode) new ObjectMapper().readTree(manifest.toFile());
    changed.put("version", "9.9.9").put("encoder_id", "another");
    new ObjectMapper().writeValue(manifest.toFile(), changed);
    // When
    int status = run("bundle", "compare", BUNDLE.toString(), copy.toString());
    // Then
    assertThat(status).as(err.toString()).isEqualTo(ExitCodes.OK);
    assertThat(out.toString().lines())
        .hasSize(6)
        .anyMatch(line -> line.matches("version +\\S+ +9\\.9\\.9"))
        .anyMatch(line -> line.matches("encoder_id +\\S+ +another"))
        .last()
        .isEqualTo("passages are encoded anew: the encoders differ");
  }

  private Path copy(String name) throws IOException {
    Path copy = Files.createDirectory(folder.resolve(name));
    try (Stream<Path> files = Files.list(BUNDLE)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private int run(String... arguments) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }
}

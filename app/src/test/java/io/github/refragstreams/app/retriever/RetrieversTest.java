package io.github.refragstreams.app.retriever;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.RetrieverConfig;
import io.github.refragstreams.app.data.BadInputException;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.model.InvalidBundleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetrieversTest {
  @TempDir private Path folder;
  private final List<String> said = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(strings = {"bm25", "dense", "hybrid"})
  void everyKindSearchesAFolderAndCompletesFollowUps(String kind) throws IOException {
    // Given
    Files.writeString(folder.resolve("river.md"), "# River\n\nThe river flows north.");
    Files.writeString(folder.resolve("ships.txt"), "She painted ships in a harbour.");
    Files.writeString(folder.resolve("bread.html"), "<p>Bread needs flour, water and salt.");
    Files.write(folder.resolve("bad.txt"), new byte[] {(byte) 0xff});
    // When
    try (Retriever retriever = open(Map.of("retriever.kind", kind))) {
      // Then
      assertThat(best(retriever, "who painted ships?")).isEqualTo("ships.txt#0");
      assertThat(best(retriever, "bread, flour, water and salt?")).isEqualTo("bread.html#0");
      assertThat(best(retriever, "where?", new Turn("how long is the river?", "long")))
          .isEqualTo("river.md#0");
    }
    assertThat(said)
        .contains(
            "corpus: skipped bad.txt: is not text in UTF-8",
            "corpus: 3 passages of 3 files, 1 skipped");
  }

  @Test
  void passagesAreCutAsConfigured() throws IOException {
    // Given
    Files.writeString(folder.resolve("long.txt"), "word ".repeat(100));
    // When
    open(Map.of("retriever.passage-chars", "100")).close();
    // Then
    assertThat(said).containsExactly("corpus: 5 passages of 1 file");
  }

  @Test
  void filesMayBeAsLargeAsConfigured() throws IOException {
    // Given
    Files.writeString(folder.resolve("long.txt"), "word ".repeat(100));
    // Then
    assertThatThrownBy(() -> open(Map.of("retriever.max-file", "499B")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("long.txt: has 500 bytes; retriever.max-file is 499");
  }

  @Test
  void onlyTheCorpusIsKeptInTheIndex(@TempDir Path index) throws IOException {
    // Given
    Files.writeString(folder.resolve("ships.txt"), "She painted ships in a harbour.");
    Map<String, String> dense =
        Map.of("retriever.kind", "dense", "retriever.dense.index", index.toString());
    open(dense).close();
    List<String> files = names(index);
    // When
    retrievers(dense).over(List.of(new Passage("other", null, "Other words."))).close();
    // Then
    assertThat(names(index)).isEqualTo(files).isNotEmpty();
  }

  @Test
  void thereIsNoneWithoutACorpus() {
    RetrieverConfig config = AppConfig.load(null, Map.of(), Map.of()).retriever();
    assertThat(new Retrievers(config, 1, said::add).open()).isEmpty();
  }

  @Test
  void saysThatThereIsNoModel() throws IOException {
    Files.writeString(folder.resolve("a.txt"), "Words.");
    assertThatThrownBy(
            () ->
                open(Map.of("retriever.kind", "dense", "retriever.dense.model", folder.toString())))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessage("sentence encoder " + folder + ": there is no model.onnx in it");
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private Retriever open(Map<String, String> settings) {
    return retrievers(settings).open().orElseThrow();
  }

  private Retrievers retrievers(Map<String, String> settings) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "retriever.corpus", folder.toString(),
                "retriever.dense.model", Encoders.tiny().toString(),
                "retriever.dense.max-tokens", "32"));
    all.putAll(settings);
    RetrieverConfig config = AppConfig.load(null, Map.of(), all).retriever();
    return new Retrievers(config, 1, said::add);
  }

  private static String best(Retriever retriever, String question, Turn... earlier) {
    return retriever.search(question, List.of(earlier), 3).get(0).passage().pid();
  }
}

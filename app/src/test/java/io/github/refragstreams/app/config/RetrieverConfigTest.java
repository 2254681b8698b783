package io.github.refragstreams.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.config.RetrieverConfig.Dense;
import io.github.refragstreams.app.config.RetrieverConfig.Files;
import io.github.refragstreams.app.config.RetrieverConfig.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetrieverConfigTest {
  @TempDir private Path folder;

  @Test
  void retrievesNothingByDefault() {
    // When
    AppConfig config = AppConfig.load(null, Map.of(), Map.of());
    // Then
    assertThat(config.retriever())
        .isEqualTo(
            new RetrieverConfig(
                Kind.BM25,
                Optional.empty(),
                5,
                new Files(1_200, 64 << 20),
                new Dense(Optional.empty(), 256, Optional.empty()),
                60));
    assertThat(config.retriever().orFactbook().corpus()).contains(RetrieverConfig.FACTBOOK);
  }

  @Test
  void readsEveryKey() throws IOException {
    // Given
    Path file =
        java.nio.file.Files.writeString(
            folder.resolve("refrag.yaml"),
            """
            retriever:
              kind: hybrid
              corpus: documents
              passages: 7
              passage-chars: 800
              max-file: 1MiB
              dense:
                model: models/minilm
                max-tokens: 128
              hybrid:
                rank-constant: 10
            """);
    // When
    RetrieverConfig config = AppConfig.load(file, Map.of(), Map.of()).retriever();
    // Then
    assertThat(config)
        .isEqualTo(
            new RetrieverConfig(
                Kind.HYBRID,
                Optional.of("documents"),
                7,
                new Files(800, 1 << 20),
                new Dense(Optional.of("models/minilm"), 128, Optional.empty()),
                10));
    assertThat(config.orFactbook()).isEqualTo(config);
    assertThat(config.withFactbook().corpus()).contains(RetrieverConfig.FACTBOOK);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          retriever.kind                 | bm42  | retriever.kind is 'bm42'; expected one of bm25, dense, hybrid
          retriever.kind                 | dense | retriever.kind is dense but retriever.dense.model is off
          retriever.passage-chars        | 99    | retriever.passage-chars is '99'; expected a whole number from 100 to 100000
          retriever.max-file             | 2GiB  | at most 1GiB
          retriever.dense.max-tokens     | 7     | expected a whole number from 8 to 8192
          retriever.hybrid.rank-constant | -1    | expected a whole number from 0
          """)
  void saysWhatIsExpected(String key, String value, String expected) {
    assertThatThrownBy(() -> AppConfig.load(null, Map.of(), Map.of(key, value)))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining(expected);
  }

  @Test
  void passagesThatAreCutFromFilesFitIntoTheLimit() {
    Map<String, String> cut = Map.of("retriever.passage-chars", "9000");
    assertThatCode(() -> AppConfig.load(null, Map.of(), cut)).doesNotThrowAnyException();
    Map<String, String> corpus =
        Map.of("retriever.passage-chars", "9000", "retriever.corpus", "handbook");
    assertThatThrownBy(() -> AppConfig.load(null, Map.of(), corpus))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("so at most 8000");
  }
}

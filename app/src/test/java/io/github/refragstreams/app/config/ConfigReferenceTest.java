package io.github.refragstreams.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigReferenceTest {
  @Test
  void isWhatTheReferencePageSays() throws IOException {
    // Given
    Path page = Path.of(System.getProperty("refrag.root"), "docs", "reference", "config.md");
    // When
    String generated = ConfigReference.markdown(AppConfig.keys());
    // Then
    assertThat(Files.readString(page))
        .as("run: ./refrag config-reference > docs/reference/config.md")
        .isEqualTo(generated);
  }
}

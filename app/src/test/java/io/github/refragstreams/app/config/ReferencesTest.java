package io.github.refragstreams.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferencesTest {
  private final References references = new References(Map.of("NAME", "from the $environment\\1"));

  @TempDir private Path folder;

  @Test
  void takesWhatAFileHoldsWithoutItsLineEnd() throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("secret"), "two\nlines \r\n");
    // When, Then
    assertThat(references.resolve("${file:" + file + "}")).isEqualTo("two\nlines ");
  }

  @Test
  void mayBePartOfAValueAndOfAList() {
    assertThat(references.resolve(List.of("<${env:NAME}>", 1)))
        .isEqualTo(List.of("<from the $environment\\1>", 1));
  }

  @ParameterizedTest
  @CsvSource({"'$NAME'", "'${NAME}'", "'${directory:/run:key}'", "'$ {env:NAME}'"})
  void leavesOtherTextAlone(String text) {
    assertThat(references.resolve(text)).isEqualTo(text);
  }

  @Test
  void whatIsFoundIsNotReadAgain() throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("secret"), "${env:NAME}");
    // When, Then
    assertThat(references.resolve("${file:" + file + "}")).isEqualTo("${env:NAME}");
  }

  @Test
  void namesWhatIsNotThere() {
    assertThatThrownBy(() -> references.resolve("${env:NONE}"))
        .hasMessage("refers to environment variable 'NONE', which is not set");
    assertThatThrownBy(() -> references.resolve("${file:" + folder + "/none}"))
        .hasMessage("refers to file '" + folder + "/none', which does not exist");
    assertThatThrownBy(() -> references.resolve("${file:" + folder + "}"))
        .hasMessage("refers to file '" + folder + "', which cannot be read as text");
  }

  @Test
  void saysNothingOfAFileThatIsNoText() throws IOException {
    // Given
    Path file = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 'h', 'u'});
    // When, Then
    assertThatThrownBy(() -> references.resolve("${file:" + file + "}"))
        .hasMessage("refers to file '" + file + "', which cannot be read as text");
  }
}

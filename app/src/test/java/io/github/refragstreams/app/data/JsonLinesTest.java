package io.github.refragstreams.app.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class JsonLinesTest {
  private static final String ROW =
      "{\"pid\": \"p1\", \"title\": \"T\", \"text\": \"some words\"}\n";

  @TempDir private Path folder;

  @Test
  void readsPlainFiles() throws IOException {
    assertThat(JsonLines.passages(write("p.jsonl", ROW + "\n")))
        .containsOnlyKeys("p1")
        .containsValue(new Passage("p1", "T", "some words"));
  }

  @Test
  void readsFilesThatBeginWithAByteOrderMark() throws IOException {
    assertThat(JsonLines.passages(write("p.jsonl", "\uFEFF" + ROW))).containsOnlyKeys("p1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"p.jsonl.xz", "P.JSONL.XZ"})
  void readsXzFiles(String name) throws IOException {
    // Given
    Path file = folder.resolve(name);
    try (OutputStream out = new XZOutputStream(Files.newOutputStream(file), new LZMA2Options(1))) {
      out.write(ROW.getBytes(StandardCharsets.UTF_8));
    }
    // When, Then
    assertThat(JsonLines.passages(file)).containsOnlyKeys("p1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"p.jsonl.gz", "P.JSONL.GZ"})
  void readsGzipFiles(String name) throws IOException {
    // Given
    Path file = folder.resolve(name);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(ROW.getBytes(StandardCharsets.UTF_8));
    }
    // When, Then
    assertThat(JsonLines.passages(file)).containsOnlyKeys("p1");
  }

  @Test
  void readsQuestionsWithGoldAndNegatives() throws IOException {
    // Given
    Path file =
        write(
            "q.jsonl",
            """
            {"id":"a","source":"x","question":"Who?","answers":["me","I"],"gold":["p1"],"neg":["p2"]}
            {"id":"b","type":"t","question":"Where?","answers":[],"gold_ids":["p3"],"unanswerable":true}
            """);
    // When
    List<Question> questions = JsonLines.questions(file);
    // Then
    assertThat(questions)
        .containsExactly(
            new Question("a", "", "Who?", List.of("me", "I"), List.of("p1"), List.of("p2")),
            new Question("b", "t", "Where?", List.of(), List.of("p3"), List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"pid\":\"p\",\"text\":\"SECRET|:1: not valid JSON",
        "[1]|:1: not a JSON object",
        "{\"pid\":\"p\",\"text\":\"x\"} SECRET|:1: not valid JSON",
        "{\"pid\":\"p\"}|:1: 'text' is missing or empty",
        "{\"pid\":\" \",\"text\":\"SECRET\"}|:1: 'pid' is missing or empty",
        "{\"pid\":7,\"text\":\"SECRET\"}|:1: 'pid' is not a string",
      })
  void refusesABadRowWithoutRepeatingItsText(String row, String message) throws IOException {
    // Given
    Path file = write("bad.jsonl", row);
    // When, Then
    assertThatThrownBy(() -> JsonLines.passages(file))
        .isInstanceOf(BadInputException.class)
        .hasMessage(file + message);
  }

  @Test
  void refusesAnArrayWithSomethingElseThanStrings() throws IOException {
    // Given
    Path file = write("q.jsonl", "{\"id\":\"a\",\"question\":\"q\",\"answers\":[1]}");
    // When, Then
    assertThatThrownBy(() -> JsonLines.questions(file))
        .hasMessage(file + ":1: 'answers' is not an array of strings");
  }

  @Test
  void refusesADoublePid() throws IOException {
    // Given
    Path file = write("p.jsonl", ROW + ROW);
    // When, Then
    assertThatThrownBy(() -> JsonLines.passages(file)).hasMessage(file + ": pid 'p1' occurs twice");
  }

  @Test
  void refusesAMissingFile() {
    assertThatThrownBy(() -> JsonLines.questions(folder.resolve("none.jsonl")))
        .isInstanceOf(BadInputException.class)
        .hasMessageEndingWith("none.jsonl: no such file");
  }

  @Test
  void refusesAFileThatIsNotCompressedAsItsNameSays() throws IOException {
    // Given
    Path file = write("p.jsonl.xz", ROW);
    // When, Then
    assertThatThrownBy(() -> JsonLines.passages(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(file + ": cannot be read after line 0");
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}

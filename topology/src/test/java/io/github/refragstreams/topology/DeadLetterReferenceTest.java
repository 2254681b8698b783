package io.github.refragstreams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference page tells all codes, and no others. */
class DeadLetterReferenceTest {
  private static final Pattern CODE = Pattern.compile("`([A-Z]+(?:_[A-Z]+)*)`");

  @Test
  void tellsEachCode() throws IOException {
    // Given
    Path page = Path.of(System.getProperty("refrag.root"), "docs/reference/dead-letters.md");
    // When
    Set<String> told =
        Files.readAllLines(page).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.split("\\|", -1)[1])
            .flatMap(cell -> CODE.matcher(cell).results())
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    // Then
    assertThat(told)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ErrorCode.values()).map(ErrorCode::name).toList());
  }

  @Test
  void tellsTheAdviceOfEachCodeAndThePolicyOfEachClass() throws IOException {
    // Given
    Path page = Path.of(System.getProperty("refrag.root"), "docs/reference/dead-letters.md");
    // When
    List<String> lines =
        Files.readAllLines(page).stream().map(line -> line.replace("`", "")).toList();
    // Then
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(lines)
          .as(code.name())
          .anyMatch(line -> line.contains(code.name()) && line.endsWith(code.advice() + " |"));
    }
    for (ErrorClass errorClass : ErrorClass.values()) {
      assertThat(lines).anyMatch(line -> line.startsWith("| " + errorClass.label() + " |"));
    }
  }
}

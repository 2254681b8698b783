package io.github.refragstreams.topology.internal.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DocumentSplitterTest {

  @Test
  void splitsAtBlankLines() {
    assertThat(DocumentSplitter.split("\n a b\nc \n\n \t\nd\r\n\r\ne\n", 100))
        .containsExactly("a b\nc", "d", "e");
  }

  @Test
  void takesNoEndOfALineForABlankLine() {
    assertThat(DocumentSplitter.split("a\r\nb\r\n\r\nc", 100)).containsExactly("a\r\nb", "c");
  }

  @Test
  void cutsLongParagraphsAtWhiteSpace() {
    assertThat(DocumentSplitter.split("aaa bbb ccc ddd", 8)).containsExactly("aaa bbb", "ccc ddd");
  }

  @Test
  void cutsWordsThatAreTooLong() {
    assertThat(DocumentSplitter.split("aaaaaaaaaa bb", 4))
        .containsExactly("aaaa", "aaaa", "aa", "bb");
  }

  @Test
  void cutsNoCharacterInTwo() {
    // Given: two code units for each character
    String text = "\ud83d\ude00".repeat(5);
    // Then
    assertThat(DocumentSplitter.split(text, 3)).hasSize(5).containsOnly("\ud83d\ude00");
  }

  @Test
  void findsNothingInWhiteSpace() {
    assertThat(DocumentSplitter.split(" \n\n \t ", 10)).isEmpty();
  }

  @Test
  void losesNothingButWhiteSpaceAndKeepsTheLimit() {
    // Given
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(200); i > 0; i--) {
        text.append("ab \n\r\t-c".charAt(random.nextInt(8)));
      }
      int limit = 2 + random.nextInt(20);
      // When
      List<String> parts = DocumentSplitter.split(text.toString(), limit);
      // Then
      assertThat(parts).allMatch(part -> part.length() <= limit && part.strip().equals(part));
      assertThat(String.join("", parts).replaceAll("\\s", ""))
          .isEqualTo(text.toString().replaceAll("\\s", ""));
    }
  }
}

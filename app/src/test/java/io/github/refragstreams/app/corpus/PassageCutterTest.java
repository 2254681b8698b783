package io.github.refragstreams.app.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.data.Passage;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PassageCutterTest {
  @Test
  void putsAsManyParagraphsIntoAPassageAsFit() {
    assertThat(texts("One two.\n\nThree four.\n\nFive.", 20))
        .containsExactly("One two.\nThree four.", "Five.");
  }

  @Test
  void neverPutsParagraphsOfTwoHeadingsTogether() {
    // When
    List<Passage> passages =
        PassageCutter.cut(
            "docs/handbook.md",
            TextBlocks.markdown(
                "# Handbook\n\nHello.\n## Holidays\nThirty days.\n\n```\n# no heading\n```\n## \n## Empty\n"),
            100);
    // Then
    assertThat(passages)
        .containsExactly(
            new Passage("docs/handbook.md#0", "Handbook", "Hello.", "docs/handbook.md"),
            new Passage(
                "docs/handbook.md#1",
                "Handbook - Holidays",
                "Thirty days.\n```\n# no heading\n```",
                "docs/handbook.md"));
  }

  @Test
  void cutsBehindSentencesElseAtSpacesElseAnywhere() {
    assertThat(texts("A short one. Then a longer one follows.", 20))
        .containsExactly("A short one.", "Then a longer one", "follows.");
    assertThat(texts("x".repeat(25), 10)).containsExactly("x".repeat(10), "x".repeat(10), "xxxxx");
  }

  @Test
  void neverCutsThroughACharacter() {
    assertThat(texts("a" + "😀".repeat(6), 4)).containsExactly("a😀", "😀😀", "😀😀", "😀");
  }

  @Test
  void losesNothingAndKeepsToItsSize() {
    // Given
    String text =
        java.util.stream.IntStream.range(0, 500)
            .mapToObj(i -> "word" + i + (i % 7 == 0 ? ". " : i % 50 == 0 ? "\n\n" : " "))
            .collect(Collectors.joining());
    // When
    List<String> texts = texts(text, 64);
    // Then
    assertThat(texts).allSatisfy(passage -> assertThat(passage).hasSizeLessThanOrEqualTo(64));
    assertThat(String.join(" ", texts).split("\\s+")).isEqualTo(text.strip().split("\\s+"));
  }

  @Test
  void aWholeFileMayBeOneParagraph() {
    // Given
    String sentence = "Nothing breaks this line. ";
    String text = sentence.repeat(20_000_000 / sentence.length());
    // When
    List<String> texts = texts(text, 1_000);
    // Then
    assertThat(texts).hasSizeBetween(20_000, 21_000);
    assertThat(texts.stream().mapToInt(String::length).sum())
        .isEqualTo(text.strip().length() - (texts.size() - 1));
  }

  @Test
  void titlesAreShort() {
    // When
    String title =
        PassageCutter.cut("a.md", TextBlocks.markdown("# " + "long ".repeat(100) + "\nText."), 100)
            .get(0)
            .title();
    // Then
    assertThat(title).hasSizeLessThanOrEqualTo(120).startsWith("long long");
  }

  private static List<String> texts(String text, int most) {
    return PassageCutter.cut("a.txt", TextBlocks.plain(text), most).stream()
        .map(Passage::text)
        .toList();
  }
}

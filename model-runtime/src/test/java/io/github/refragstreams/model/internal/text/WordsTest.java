package io.github.refragstreams.model.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void comparesWordsWithoutCaseAccentsAndEndings() {
    assertThat(Words.terms("Économies economic ECONOMY")).containsExactly("econom");
  }

  @Test
  void keepsNumbersWhole() {
    assertThat(Words.terms("12345678 12345679")).containsExactly("12345678", "12345679");
  }

  @Test
  void treatsEachIdeographAsAWord() {
    assertThat(Words.terms("東京tower")).containsExactly("東", "京", "tower");
  }

  @Test
  void dropsCommonWordsUnlessThereAreNoOthers() {
    assertThat(Words.terms("What is the river?")).containsExactly("river");
    assertThat(Words.terms("The Who")).containsExactly("the", "who");
  }

  @Test
  void saysWhereEachWordStands() {
    // When
    Word word = Words.of("ab \ud83d\ude00 cafe\u0301!").get(1);
    // Then
    assertThat(word).isEqualTo(new Word("cafe", false, 6, 11));
  }
}

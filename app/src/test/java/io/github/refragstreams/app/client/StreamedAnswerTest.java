package io.github.refragstreams.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerToken;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamedAnswerTest {
  private final List<String> seen = new ArrayList<>();
  private final StreamedAnswer streamed =
      new StreamedAnswer(
          new AnswerListener() {
            @Override
            public void onText(String text) {
              seen.add(text);
            }

            @Override
            public void onRestart() {
              seen.add("(restart)");
            }

            @Override
            public void onPassageRefused(String code) {
              seen.add(code);
            }
          });

  @Test
  void passesTokensOnAndThenTheRest() {
    // When
    token("g1", 0, "Ulaan");
    token("g1", 1, "");
    token("g1", 2, "baa");
    finish("g1", "Ulaanbaatar");
    // Then
    assertThat(seen).containsExactly("Ulaan", "baa", "tar");
  }

  @Test
  void dropsWhatIsLeftOfAnOlderGeneration() {
    // When
    token("g1", 0, "Ul");
    token("g2", 0, "Ula");
    token("g1", 1, "an");
    token("g1", 0, "Ul");
    token("g2", 1, "an");
    finish("g2", "Ulaan");
    // Then
    assertThat(seen).containsExactly("Ul", "(restart)", "Ula", "an");
  }

  @Test
  void takesTheAnswerOfAGenerationWhoseTokensItHasNotSeen() {
    // When
    token("g1", 3, "late");
    finish("g2", "whole");
    // Then
    assertThat(seen).containsExactly("whole");
  }

  @Test
  void ignoresRepeatedTokens() {
    // When
    token("g1", 0, "a");
    token("g1", 0, "a");
    token("g1", 1, "b");
    // Then
    assertThat(seen).containsExactly("a", "b");
  }

  private void token(String generation, int index, String text) {
    streamed.accept(new AnswerToken("q", generation, index, text, false));
  }

  private void finish(String generation, String text) {
    Answer answer = new Answer();
    answer.setGenerationId(generation);
    answer.setText(text);
    streamed.finish(answer);
  }
}

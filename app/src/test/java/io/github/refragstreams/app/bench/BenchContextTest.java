package io.github.refragstreams.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.eval.FakeModels;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.Models;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchContextTest {
  private static final Models MODELS = FakeModels.answering(prompt -> "");
  private static final List<Passage> CORPUS =
      List.of(new Passage("a", null, "12345"), new Passage("b", null, "123456789"));

  @Test
  void hasExactlyTheTokensThatWereAskedFor() {
    // When
    BenchContext context = BenchContext.of(MODELS, CORPUS, 8, 2);
    // Then
    assertThat(context.texts()).extracting(ChunkedText::tokens).containsExactly(5, 3);
    assertThat(context.encode(MODELS))
        .extracting(passage -> passage.vectors().rows())
        .containsExactly(3, 2);
  }

  @Test
  void refusesMoreTokensThanTheCorpusHas() {
    assertThatThrownBy(() -> BenchContext.of(MODELS, CORPUS, 15, 2))
        .hasMessage("the corpus has 14 tokens; the context is to have 15");
  }
}

package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ChunkerTest {
  private final Chunker chunker = new Chunker(new Fakes.CharTokenizer());

  @Property
  void theChunksCoverTheTextWithoutGapOrOverlap(
      @ForAll String title, @ForAll String text, @ForAll @IntRange(min = 1, max = 20) int k) {
    // When
    ChunkedText chunks = chunker.chunk(title, text, k);
    // Then
    StringBuilder covered = new StringBuilder();
    int tokens = 0;
    for (int c = 0; c < chunks.chunks(); c++) {
      covered.append(text, chunks.charStart(c), chunks.charEnd(c));
      tokens += chunks.chunkIds(c).length;
      assertThat(chunks.chunkIds(c).length).isBetween(1, k);
    }
    assertThat(covered).hasToString(text);
    assertThat(tokens).isEqualTo(chunks.tokens());
  }

  @Example
  void theTitleIsReadButHasNoCharactersOfTheText() {
    // When
    ChunkedText chunks = chunker.chunk("Mongolia", "vast", 4);
    // Then: "Mong", "olia", ": va", "st"
    assertThat(chunks.chunks()).isEqualTo(4);
    assertThat(chunks.charEnd(1)).isZero();
    assertThat(chunks.charStart(2)).isZero();
    assertThat(chunks.charEnd(2)).isEqualTo(2);
    assertThat(chunks.charEnd(3)).isEqualTo(4);
  }

  @Example
  void anEmptyPassageHasNoChunks() {
    assertThat(chunker.chunk(null, "", 4).chunks()).isZero();
  }
}

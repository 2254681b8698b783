package io.github.refragstreams.app.eval;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.PassageContext;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Passages with some of their tokens left out. */
final class Excerpts {
  private Excerpts() {}

  /** The first {@code tokens} tokens; null when that is none. */
  static @Nullable PassageContext first(PassageContext passage, int tokens) {
    ChunkedText chunks = passage.chunks();
    int kept = Math.min(tokens, chunks.tokens());
    return kept <= 0 ? null : excerpt(passage, IntStream.range(0, kept).toArray());
  }

  /** The chunks whose flag is set; null when that is none. */
  static @Nullable PassageContext chunks(PassageContext passage, boolean[] kept) {
    ChunkedText chunks = passage.chunks();
    int[] tokens =
        IntStream.range(0, kept.length)
            .filter(c -> kept[c])
            .flatMap(c -> IntStream.range(chunks.firstToken(c), chunks.endToken(c)))
            .toArray();
    return tokens.length == 0 ? null : excerpt(passage, tokens);
  }

  private static PassageContext excerpt(PassageContext passage, int[] tokens) {
    ChunkedText chunks = passage.chunks();
    ChunkedText kept =
        new ChunkedText(
            chunks.chunkTokens(),
            Arrays.stream(tokens).map(t -> chunks.tokenIds()[t]).toArray(),
            Arrays.stream(tokens).map(t -> chunks.tokenEnds()[t]).toArray(),
            chunks.textStart());
    int dimension = passage.vectors().dimension();
    // Excerpts are read raw: nobody looks at their vectors.
    ChunkVectors unread =
        ChunkVectors.ofHalves(kept.chunks(), dimension, new byte[2 * kept.chunks() * dimension]);
    return new PassageContext(
        passage.passageId(),
        passage.rank(),
        passage.score(),
        passage.title(),
        passage.text(),
        kept,
        unread);
  }
}

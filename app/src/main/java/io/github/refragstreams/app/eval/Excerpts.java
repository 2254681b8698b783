package io.github.refragstreams.app.eval;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.PassageContext;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Passages with some of their tokens left out, to be read raw. */
public final class Excerpts {
  private Excerpts() {}

  /** The first {@code tokens} tokens, or all when there are fewer. */
  public static ChunkedText first(ChunkedText text, int tokens) {
    return tokens >= text.tokens() ? text : pick(text, IntStream.range(0, tokens));
  }

  /** The first {@code tokens} tokens; null when that is none. */
  static @Nullable PassageContext first(PassageContext passage, int tokens) {
    return excerpt(passage, first(passage.chunks(), Math.max(0, tokens)));
  }

  /** The chunks whose flag is set; null when that is none. */
  static @Nullable PassageContext chunks(PassageContext passage, boolean[] kept) {
    ChunkedText text = passage.chunks();
    return excerpt(
        passage,
        pick(
            text,
            IntStream.range(0, kept.length)
                .filter(c -> kept[c])
                .flatMap(c -> IntStream.range(text.firstToken(c), text.endToken(c)))));
  }

  private static ChunkedText pick(ChunkedText text, IntStream tokens) {
    int[] kept = tokens.toArray();
    return new ChunkedText(
        text.chunkTokens(),
        Arrays.stream(kept).map(t -> text.tokenIds()[t]).toArray(),
        Arrays.stream(kept).map(t -> text.tokenEnds()[t]).toArray(),
        text.textStart());
  }

  private static @Nullable PassageContext excerpt(PassageContext passage, ChunkedText kept) {
    if (kept.tokens() == 0) {
      return null;
    }
    int dimension = passage.vectors().dimension();
    // Nobody looks at the vectors of what is read raw.
    byte[] unread = new byte[2 * kept.chunks() * dimension];
    return new PassageContext(
        passage.passageId(),
        passage.rank(),
        passage.score(),
        passage.title(),
        passage.text(),
        kept,
        ChunkVectors.ofHalves(kept.chunks(), dimension, unread));
  }
}

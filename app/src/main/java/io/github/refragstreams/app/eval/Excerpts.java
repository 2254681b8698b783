package io.github.refragstreams.app.eval;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.PassageContext;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Beginnings of passages, to be read raw. */
public final class Excerpts {
  private Excerpts() {}

  /** The first {@code tokens} tokens, or all when there are fewer. */
  public static ChunkedText first(ChunkedText text, int tokens) {
    return tokens >= text.tokens()
        ? text
        : new ChunkedText(
            text.chunkTokens(),
            Arrays.copyOf(text.tokenIds(), tokens),
            Arrays.copyOf(text.tokenEnds(), tokens),
            text.textStart());
  }

  /** The first {@code tokens} tokens; null when that is none. */
  static @Nullable PassageContext first(PassageContext passage, int tokens) {
    if (tokens < 1) {
      return null;
    }
    ChunkedText kept = first(passage.chunks(), tokens);
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

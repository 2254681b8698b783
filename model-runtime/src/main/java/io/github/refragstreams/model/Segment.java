package io.github.refragstreams.model;

/** A part of a mixed prompt: raw tokens, or chunks that enter as one vector each. */
public sealed interface Segment {
  /** Decoder positions above the injection layer. */
  int positions();

  /** Raw tokens. */
  record Tokens(int[] ids) implements Segment {
    @Override
    public int positions() {
      return ids.length;
    }
  }

  /** The given rows of a passage's vectors, one position each. */
  record Chunks(ChunkVectors vectors, int[] rows) implements Segment {
    @Override
    public int positions() {
      return rows.length;
    }
  }
}

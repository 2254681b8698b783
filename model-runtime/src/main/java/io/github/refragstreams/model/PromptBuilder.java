package io.github.refragstreams.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lays a mixed prompt out: neighbouring tokens become one segment, so do neighbouring compressed
 * chunks of a passage. For one thread and one prompt.
 */
public final class PromptBuilder {
  private final List<Segment> segments = new ArrayList<>();
  private int[] tokens = new int[256];
  private int tokenCount;

  /** Adds raw tokens. */
  public PromptBuilder tokens(int[] ids) {
    if (tokenCount + ids.length > tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(2 * tokens.length, tokenCount + ids.length));
    }
    System.arraycopy(ids, 0, tokens, tokenCount, ids.length);
    tokenCount += ids.length;
    return this;
  }

  /**
   * Adds the chunks of a passage.
   *
   * @param raw one flag per chunk: its tokens, or its vector
   */
  public PromptBuilder passage(ChunkedText chunks, ChunkVectors vectors, boolean[] raw) {
    if (raw.length != chunks.chunks()) {
      throw new IllegalArgumentException(
          "raw has " + raw.length + " flags but the passage has " + chunks.chunks() + " chunks");
    }
    for (int c = 0; c < raw.length; ) {
      int end = c + 1;
      while (end < raw.length && raw[end] == raw[c]) {
        end++;
      }
      if (raw[c]) {
        tokens(
            Arrays.copyOfRange(chunks.tokenIds(), chunks.firstToken(c), chunks.endToken(end - 1)));
      } else {
        chunks(vectors, c, end);
      }
      c = end;
    }
    return this;
  }

  /** The prompt so far; the builder is not used afterwards. */
  public Prompt build() {
    flush();
    return new Prompt(segments);
  }

  private void chunks(ChunkVectors vectors, int from, int to) {
    flush();
    int[] rows = new int[to - from];
    Arrays.setAll(rows, i -> from + i);
    segments.add(new Segment.Chunks(vectors, rows));
  }

  private void flush() {
    if (tokenCount > 0) {
      segments.add(new Segment.Tokens(Arrays.copyOf(tokens, tokenCount)));
      tokenCount = 0;
    }
  }
}

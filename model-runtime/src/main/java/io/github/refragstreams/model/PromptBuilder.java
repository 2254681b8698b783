package io.github.refragstreams.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
   * @param expanded one flag per chunk: token by token, as states where the passage has them, or
   *     its vector
   */
  public PromptBuilder passage(ChunkedText chunks, ChunkVectors vectors, boolean[] expanded) {
    return runs(chunks, vectors, expanded, (from, to) -> rows(vectors, from, to));
  }

  /**
   * Adds some chunks of a passage, one behind the other.
   *
   * @param kept one flag per chunk: token by token, as states where the passage has them, or not at
   *     all
   */
  public PromptBuilder excerpt(ChunkedText chunks, ChunkVectors vectors, boolean[] kept) {
    return runs(chunks, vectors, kept, (from, to) -> {});
  }

  /** Chunks from the first to before the second. */
  private interface Run {
    void add(int from, int to);
  }

  private PromptBuilder runs(
      ChunkedText chunks, ChunkVectors vectors, boolean[] expanded, Run others) {
    if (expanded.length != chunks.chunks()) {
      throw new IllegalArgumentException(
          "expanded has "
              + expanded.length
              + " flags but the passage has "
              + chunks.chunks()
              + " chunks");
    }
    for (int c = 0; c < expanded.length; ) {
      int end = c + 1;
      while (end < expanded.length && expanded[end] == expanded[c]) {
        end++;
      }
      if (expanded[c]) {
        expanded(chunks, vectors.states(), chunks.firstToken(c), chunks.endToken(end - 1));
      } else {
        others.add(c, end);
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

  private void expanded(ChunkedText chunks, @Nullable ChunkVectors states, int from, int to) {
    if (states == null) {
      tokens(Arrays.copyOfRange(chunks.tokenIds(), from, to));
    } else {
      rows(states, from, to);
    }
  }

  private void rows(ChunkVectors vectors, int from, int to) {
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

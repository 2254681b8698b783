package io.github.refragstreams.model;

import java.util.Arrays;

/**
 * The tokens of one passage as the models read it ({@code "title: text"}), cut into chunks of k
 * tokens; the last chunk may be shorter. Immutable: arrays are neither copied nor changed, callers
 * do not change them either.
 *
 * @param chunkTokens k, at least 1
 * @param tokenIds n token ids
 * @param tokenEnds n end offsets in the read text, exclusive, UTF-16 code units, not decreasing
 * @param textStart where the passage's own text starts in the read text: the length of the title
 *     prefix, 0 without title
 */
public record ChunkedText(int chunkTokens, int[] tokenIds, int[] tokenEnds, int textStart) {
  public ChunkedText {
    if (chunkTokens < 1) {
      throw new IllegalArgumentException(
          "chunkTokens is " + chunkTokens + "; it must be at least 1");
    }
    if (tokenIds.length != tokenEnds.length) {
      throw new IllegalArgumentException(
          "tokenIds has " + tokenIds.length + " entries but tokenEnds has " + tokenEnds.length);
    }
  }

  /** n. */
  public int tokens() {
    return tokenIds.length;
  }

  /** ceil(n / k). */
  public int chunks() {
    return (tokenIds.length + chunkTokens - 1) / chunkTokens;
  }

  /** First token of chunk {@code c}. */
  public int firstToken(int c) {
    return c * chunkTokens;
  }

  /** End of chunk {@code c} in tokens, exclusive. */
  public int endToken(int c) {
    return Math.min((c + 1) * chunkTokens, tokenIds.length);
  }

  /** Tokens of chunk {@code c}: k, or fewer for the last one. */
  public int tokens(int c) {
    return endToken(c) - firstToken(c);
  }

  /** Token ids of chunk {@code c}: k, or fewer for the last one. */
  public int[] chunkIds(int c) {
    return Arrays.copyOfRange(tokenIds, firstToken(c), endToken(c));
  }

  /** First character of chunk {@code c} in the passage's own text; 0 for a chunk of the title. */
  public int charStart(int c) {
    int first = firstToken(c);
    return Math.max(0, (first == 0 ? 0 : tokenEnds[first - 1]) - textStart);
  }

  /** End of chunk {@code c} in the passage's own text, exclusive; 0 for a chunk of the title. */
  public int charEnd(int c) {
    return Math.max(0, tokenEnds[endToken(c) - 1] - textStart);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChunkedText that
        && chunkTokens == that.chunkTokens
        && textStart == that.textStart
        && Arrays.equals(tokenIds, that.tokenIds)
        && Arrays.equals(tokenEnds, that.tokenEnds);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(tokenIds) + chunkTokens;
  }

  @Override
  public String toString() {
    return "ChunkedText[k=" + chunkTokens + ", tokens=" + tokens() + "]";
  }
}

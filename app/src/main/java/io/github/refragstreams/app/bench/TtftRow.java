package io.github.refragstreams.app.bench;

/**
 * Median times to the first token for one context and one k.
 *
 * @param context tokens of the passages
 * @param chunkTokens k
 * @param beyondWindow whether the full prompt is longer than what the model was trained for
 * @param fullPositions positions of the prompt with all passages raw
 * @param compressedPositions positions of the prompt with all chunks as vectors
 * @param mixedPositions positions of the prompt with a share of the chunks raw
 * @param fullMillis all passages raw
 * @param cachedMillis all chunks as vectors that are there
 * @param uncachedMillis all chunks as vectors that are computed first
 * @param mixedMillis a share of the chunks raw, the rest as vectors that are there
 */
public record TtftRow(
    int context,
    int chunkTokens,
    boolean beyondWindow,
    int fullPositions,
    int compressedPositions,
    int mixedPositions,
    double fullMillis,
    double cachedMillis,
    double uncachedMillis,
    double mixedMillis) {

  public double fullOverCached() {
    return fullMillis / cachedMillis;
  }

  public double fullOverUncached() {
    return fullMillis / uncachedMillis;
  }

  public double fullOverMixed() {
    return fullMillis / mixedMillis;
  }
}

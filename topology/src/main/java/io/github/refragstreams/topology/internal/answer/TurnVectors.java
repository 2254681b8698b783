package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.ChunkVectors;

/**
 * Chunk vectors of a turn, and what they were made with.
 *
 * @param encoderId the encoder's id
 * @param chunkTokens k
 */
record TurnVectors(String encoderId, int chunkTokens, ChunkVectors vectors) {

  /** Whether the vectors are what this encoder makes for this k. */
  boolean fit(String encoder, int k) {
    return encoderId.equals(encoder) && chunkTokens == k;
  }
}

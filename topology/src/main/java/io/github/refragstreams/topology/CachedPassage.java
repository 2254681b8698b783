package io.github.refragstreams.topology;

/**
 * A passage in the store of chunk vectors.
 *
 * @param tokens it has
 * @param chunks vectors that are kept of it
 * @param dimension components of each
 * @param bytes it takes in the store
 */
public record CachedPassage(int tokens, int chunks, int dimension, int bytes) {}

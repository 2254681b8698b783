package io.github.refragstreams.model;

import java.util.List;

/**
 * What the rest of the system needs to know of a bundle.
 *
 * @param name the manifest's name
 * @param version the manifest's version
 * @param encoderId identifies everything that changes chunk vectors, except text and k
 * @param dimension d
 * @param chunkSizes supported k, ascending
 * @param defaultChunkTokens the k to use unless a query says otherwise
 * @param tokenStates whether encoded passages keep the states of their tokens
 */
public record BundleInfo(
    String name,
    String version,
    String encoderId,
    int dimension,
    List<Integer> chunkSizes,
    int defaultChunkTokens,
    boolean tokenStates) {
  public BundleInfo {
    chunkSizes = List.copyOf(chunkSizes);
  }

  /** The same where passages keep the states of their tokens: what is cached without is no use. */
  public BundleInfo withTokenStates() {
    return new BundleInfo(
        name, version, encoderId + "+states", dimension, chunkSizes, defaultChunkTokens, true);
  }

  /**
   * The same with another k for queries that do not say, and for what is cached.
   *
   * @param k one of {@link #chunkSizes}
   */
  public BundleInfo withDefaultChunkTokens(int k) {
    return new BundleInfo(name, version, encoderId, dimension, chunkSizes, k, tokenStates);
  }

  /** {@code name@version}. */
  public String id() {
    return name + "@" + version;
  }
}

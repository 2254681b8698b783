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
 */
public record BundleInfo(
    String name,
    String version,
    String encoderId,
    int dimension,
    List<Integer> chunkSizes,
    int defaultChunkTokens) {
  public BundleInfo {
    chunkSizes = List.copyOf(chunkSizes);
  }

  /** {@code name@version}. */
  public String id() {
    return name + "@" + version;
  }
}

package io.github.refragstreams.model;

import io.github.refragstreams.model.internal.bundle.FileCheck;
import io.github.refragstreams.model.internal.bundle.Manifest;
import io.github.refragstreams.model.internal.bundle.ManifestReader;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** A folder with everything that answering needs, checked. Immutable. */
public final class ModelBundle {
  private final Path folder;
  private final Manifest manifest;

  private ModelBundle(Path folder, Manifest manifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  /**
   * Reads the manifest and compares every file with it; some tenths of a second.
   *
   * @throws InvalidBundleException when a file is missing, truncated or altered, or the manifest is
   *     of another format version or contradicts itself
   */
  public static ModelBundle open(Path folder) {
    Manifest manifest = ManifestReader.read(folder);
    FileCheck.check(folder, manifest);
    return new ModelBundle(folder, manifest);
  }

  /** What the rest of the system needs to know. */
  public BundleInfo info() {
    return new BundleInfo(
        manifest.name(),
        manifest.version(),
        manifest.encoderId(),
        manifest.dimension(),
        manifest.chunkSizes().stream().sorted().collect(Collectors.toList()),
        manifest.defaultChunkTokens(),
        false);
  }

  /**
   * The same as it is with a configuration.
   *
   * @throws IllegalArgumentException when token states are wanted that the decoder cannot read
   */
  public BundleInfo info(RuntimeConfig config) {
    if (!config.tokenStates()) {
      return info();
    }
    if (!manifest.tokenStates()) {
      throw new IllegalArgumentException(
          "model.token-states is true but bundle '"
              + info().id()
              + "' was not trained to read token states");
    }
    return info().withTokenStates();
  }

  /** Positions that the decoder was trained for; beyond them answers lose quality. */
  public int contextPositions() {
    return manifest.contextPositions();
  }

  Path folder() {
    return folder;
  }

  Manifest manifest() {
    return manifest;
  }
}

package io.github.refragstreams.model;

import io.github.refragstreams.model.internal.Sha256;
import io.github.refragstreams.model.internal.bundle.FileCheck;
import io.github.refragstreams.model.internal.bundle.Manifest;
import io.github.refragstreams.model.internal.bundle.ManifestReader;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A folder with everything that answering needs. Immutable. */
public final class ModelBundle {
  private final Path folder;
  private final Manifest manifest;
  private final String manifestSha256;
  private final boolean checked;

  private ModelBundle(Path folder, Manifest manifest, String manifestSha256, boolean checked) {
    this.folder = folder;
    this.manifest = manifest;
    this.manifestSha256 = manifestSha256;
    this.checked = checked;
  }

  /**
   * Reads the manifest and compares every file with it; some tenths of a second.
   *
   * @throws InvalidBundleException when a file is missing, truncated or altered, or the manifest is
   *     of another format version or contradicts itself
   */
  public static ModelBundle open(Path folder) {
    return describe(folder).checked();
  }

  /**
   * Reads the manifest alone, which tells what the bundle is; its other files are compared with it
   * when it is loaded.
   *
   * @throws InvalidBundleException when the manifest is missing, is of another format version or
   *     contradicts itself
   */
  public static ModelBundle describe(Path folder) {
    byte[] content = ManifestReader.content(folder);
    return new ModelBundle(folder, ManifestReader.read(folder, content), Sha256.of(content), false);
  }

  /** The same with its files compared, once. */
  ModelBundle checked() {
    if (checked) {
      return this;
    }
    FileCheck.check(folder, manifest);
    return new ModelBundle(folder, manifest, manifestSha256, true);
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

  /** That of the manifest as it is written, 64 hexadecimal digits: it stands for all files. */
  public String manifestSha256() {
    return manifestSha256;
  }

  /** What the manifest says of the models, by its own names, for people who compare bundles. */
  public Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("format_version", manifest.formatVersion());
    facts.put("name", manifest.name());
    facts.put("version", manifest.version());
    facts.put("encoder_id", manifest.encoderId());
    facts.put("chunk_sizes", manifest.chunkSizes());
    facts.put("default_chunk_tokens", manifest.defaultChunkTokens());
    facts.put("context_positions", manifest.contextPositions());
    facts.put("token_states", manifest.tokenStates());
    facts.put("policy", manifest.policy() == null ? "lexical" : "learned");
    facts.put("dimension", manifest.dimension());
    facts.put("layers", manifest.layers());
    facts.put("injection_layer", manifest.injectionLayer());
    facts.put("adapter_rank", manifest.adapter() == null ? 0 : manifest.adapter().rank());
    facts.put("vocabulary", manifest.vocabulary());
    return facts;
  }

  /** Its files besides the manifest, by name. */
  public List<BundleFile> files() {
    return manifest.files().entrySet().stream()
        .map(
            each ->
                new BundleFile(each.getKey(), each.getValue().bytes(), each.getValue().sha256()))
        .sorted(Comparator.comparing(BundleFile::name))
        .toList();
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

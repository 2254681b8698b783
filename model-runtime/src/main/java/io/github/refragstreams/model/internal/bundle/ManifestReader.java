package io.github.refragstreams.model.internal.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.refragstreams.model.InvalidBundleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads and checks {@code manifest.json}. */
public final class ManifestReader {
  /** Name of the manifest in a bundle. */
  public static final String FILE = "manifest.json";

  private static final int FORMAT_VERSION = 3;
  private static final Map<String, Integer> BYTES_PER_ELEMENT =
      Map.of("i8", 1, "u8", 1, "f16", 2, "f32", 4);
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  private final Path bundle;

  private ManifestReader(Path bundle) {
    this.bundle = bundle;
  }

  /**
   * @throws InvalidBundleException when the manifest is missing, of another format version, or
   *     contradicts itself
   */
  public static Manifest read(Path bundle) {
    return read(bundle, content(bundle));
  }

  /**
   * @param content of the manifest
   * @throws InvalidBundleException when it is of another format version, or contradicts itself
   */
  public static Manifest read(Path bundle, byte[] content) {
    return new ManifestReader(bundle).parsed(content);
  }

  /**
   * The manifest as it is written.
   *
   * @throws InvalidBundleException when it is missing
   */
  public static byte[] content(Path bundle) {
    Path file = bundle.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new InvalidBundleException(bundle, FILE + " is missing");
    }
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InvalidBundleException(bundle, FILE + " cannot be read", e);
    }
  }

  private Manifest parsed(byte[] content) {
    try {
      JsonNode root = JSON.readTree(content);
      int version = root.path("format_version").asInt();
      require(
          version == FORMAT_VERSION,
          "format_version is " + version + "; this runtime reads " + FORMAT_VERSION);
      Manifest manifest = JSON.treeToValue(complete((ObjectNode) root), Manifest.class);
      check(manifest);
      return manifest;
    } catch (JsonProcessingException e) {
      e.clearLocation();
      throw new InvalidBundleException(
          bundle, FILE + " cannot be read: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new InvalidBundleException(bundle, FILE + " cannot be read", e);
    }
  }

  /** Bundles from before these were written are of decoders that need none of it. */
  private static ObjectNode complete(ObjectNode manifest) {
    manifest.putIfAbsent("encoder", manifest.nullNode());
    manifest.putIfAbsent("rope_frequencies", manifest.nullNode());
    manifest.putIfAbsent("qkv_bias", manifest.booleanNode(false));
    manifest.putIfAbsent("tied_head", manifest.booleanNode(true));
    return manifest;
  }

  private void check(Manifest manifest) {
    require(
        manifest.encoder() == null,
        "encoder is "
            + manifest.encoder()
            + "; this runtime encodes with the decoder's own layers only");
    positive("dimension", manifest.dimension());
    positive("vocabulary", manifest.vocabulary());
    positive("layers", manifest.layers());
    positive("heads", manifest.heads());
    positive("hidden", manifest.hidden());
    positive("kv_heads", manifest.kvHeads());
    positive("head_size", manifest.headSize());
    positive("rotary_positions", manifest.rotaryPositions());
    require(
        manifest.ropeTheta() > 0, "rope_theta is " + manifest.ropeTheta() + "; it must be above 0");
    List<Double> frequencies = manifest.ropeFrequencies();
    require(
        frequencies == null || frequencies.size() == manifest.headSize() / 2,
        "rope_frequencies is "
            + frequencies
            + "; heads of "
            + manifest.headSize()
            + " have "
            + manifest.headSize() / 2);
    positive("encoder_window", manifest.encoderWindow());
    require(
        manifest.injectionLayer() >= 0 && manifest.injectionLayer() < manifest.layers(),
        "injection_layer is " + manifest.injectionLayer() + " of " + manifest.layers() + " layers");
    require(!manifest.chunkSizes().isEmpty(), "chunk_sizes is empty");
    require(
        manifest.chunkSizes().contains(manifest.defaultChunkTokens()),
        "default_chunk_tokens is "
            + manifest.defaultChunkTokens()
            + "; chunk_sizes has "
            + manifest.chunkSizes());
    for (int k : manifest.chunkSizes()) {
      positive("chunk_sizes", k);
      require(
          manifest.encoderWindow() % k == 0,
          "encoder_window is " + manifest.encoderWindow() + "; it must be a multiple of " + k);
    }
    TensorShapes known = new TensorShapes(manifest);
    Map<String, Map<String, List<Long>>> shapes = known.files();
    for (String file : needed(manifest, shapes.keySet())) {
      require(manifest.files().containsKey(file), "files has no entry " + file);
    }
    for (Map.Entry<String, Map<String, Manifest.TensorEntry>> file :
        manifest.tensors().entrySet()) {
      checkTensors(manifest, file.getKey(), file.getValue());
    }
    shapes.forEach(
        (file, expected) -> {
          Map<String, Manifest.TensorEntry> tensors =
              manifest.tensors().getOrDefault(file, Map.of());
          expected
              .keySet()
              .forEach(name -> require(tensors.containsKey(name), file + " has no tensor " + name));
          checkShapes(file, tensors, expected);
        });
    Manifest.Adapter adapter = manifest.adapter();
    if (adapter != null) {
      checkTensors(manifest, adapter.file(), adapter.tensors());
      checkShapes(adapter.file(), adapter.tensors(), known.adapter(adapter.rank()));
    }
  }

  private static List<String> needed(Manifest manifest, Set<String> weightFiles) {
    List<String> needed = new ArrayList<>(List.of("tokenizer.json", "lower.onnx", "upper.onnx"));
    manifest.chunkSizes().forEach(k -> needed.add("pool." + k + ".onnx"));
    if (manifest.policy() != null) {
      needed.add(manifest.policy());
    }
    needed.addAll(weightFiles);
    return needed;
  }

  private void checkShapes(
      String file, Map<String, Manifest.TensorEntry> tensors, Map<String, List<Long>> expected) {
    tensors.forEach(
        (name, tensor) -> {
          List<Long> shape = expected.getOrDefault(name, tensor.shape());
          require(
              tensor.shape().equals(shape),
              "tensor "
                  + name
                  + " of "
                  + file
                  + " has shape "
                  + tensor.shape()
                  + "; by the sizes of the model it has "
                  + shape);
        });
  }

  private void checkTensors(
      Manifest manifest, String file, Map<String, Manifest.TensorEntry> tensors) {
    Manifest.FileEntry entry = manifest.files().get(file);
    if (entry == null) {
      throw new InvalidBundleException(bundle, FILE + ": files has no entry " + file);
    }
    tensors.forEach(
        (name, tensor) -> {
          Integer width = BYTES_PER_ELEMENT.get(tensor.dtype());
          if (width == null) {
            throw new InvalidBundleException(
                bundle,
                FILE
                    + ": tensor "
                    + name
                    + " has dtype "
                    + tensor.dtype()
                    + "; expected one of "
                    + BYTES_PER_ELEMENT.keySet().stream().sorted().toList());
          }
          require(
              tensor.offset() >= 0 && tensor.offset() + tensor.elements() * width <= entry.bytes(),
              "tensor " + name + " reaches beyond the " + entry.bytes() + " bytes of " + file);
        });
  }

  private void positive(String name, int value) {
    require(value > 0, name + " is " + value + "; it must be at least 1");
  }

  private void require(boolean holds, String problem) {
    if (!holds) {
      throw new InvalidBundleException(bundle, FILE + ": " + problem);
    }
  }
}

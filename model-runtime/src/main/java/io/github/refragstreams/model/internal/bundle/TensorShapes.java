package io.github.refragstreams.model.internal.bundle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shapes that tensors have by the sizes in their manifest. The inner width of a pool is no such
 * size, so what depends on it is left out.
 */
final class TensorShapes {
  /** Values of a row of the embedding that share a scale. */
  private static final int BLOCK = 32;

  private final Manifest manifest;

  TensorShapes(Manifest manifest) {
    this.manifest = manifest;
  }

  /** By weight file, then by tensor; a bundle has all of these. */
  Map<String, Map<String, List<Long>>> files() {
    long d = manifest.dimension();
    Map<String, Map<String, List<Long>>> files = new LinkedHashMap<>();
    files.put("lower.bin", layers(0, manifest.injectionLayer()));
    Map<String, List<Long>> upper = layers(manifest.injectionLayer(), manifest.layers());
    upper.put("norm", List.of(d));
    files.put("upper.bin", upper);
    files.put("embedding.bin", table("embed"));
    if (!manifest.tiedHead()) {
      files.put("head.bin", table("head"));
    }
    for (int k : manifest.chunkSizes()) {
      Map<String, List<Long>> pool = new LinkedHashMap<>();
      linear(pool, "linear", new Linear(k * d, d));
      pool.put("linear.b", List.of(d));
      pool.put("out.s", List.of(d));
      pool.put("out.b", List.of(d));
      files.put("pool." + k + ".bin", pool);
    }
    return files;
  }

  /** By tensor; an adapter has some of these. */
  Map<String, List<Long>> adapter(long rank) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (int i = manifest.injectionLayer(); i < manifest.layers(); i++) {
      String layer = "l" + i + ".";
      linears()
          .forEach(
              (name, linear) -> {
                shapes.put(layer + name + ".a", List.of(rank, linear.in));
                shapes.put(layer + name + ".b", List.of(linear.out, rank));
              });
    }
    return shapes;
  }

  /** A row per token. */
  private Map<String, List<Long>> table(String name) {
    long vocabulary = manifest.vocabulary();
    long d = manifest.dimension();
    return Map.of(
        name + ".q", List.of(vocabulary, d),
        name + ".s", List.of(vocabulary, (d + BLOCK - 1) / BLOCK));
  }

  private Map<String, List<Long>> layers(int first, int end) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (int i = first; i < end; i++) {
      String layer = "l" + i + ".";
      linears().forEach((name, linear) -> linear(shapes, layer + name, linear));
      if (manifest.qkvBias()) {
        shapes.put(layer + "qkv.bias", List.of(qkv()));
      }
      shapes.put(layer + "in", List.of((long) manifest.dimension()));
      shapes.put(layer + "post", List.of((long) manifest.dimension()));
    }
    return shapes;
  }

  /** The linears of a layer. */
  private Map<String, Linear> linears() {
    long d = manifest.dimension();
    long hidden = manifest.hidden();
    long attended = (long) manifest.heads() * manifest.headSize();
    Map<String, Linear> linears = new LinkedHashMap<>();
    linears.put("qkv", new Linear(d, qkv()));
    linears.put("o", new Linear(attended, d));
    linears.put("gate", new Linear(d, hidden));
    linears.put("up", new Linear(d, hidden));
    linears.put("down", new Linear(hidden, d));
    return linears;
  }

  /** Components of all queries, keys and values of a position. */
  private long qkv() {
    return (manifest.heads() + 2L * manifest.kvHeads()) * manifest.headSize();
  }

  private static void linear(Map<String, List<Long>> shapes, String name, Linear linear) {
    shapes.put(name + ".q", List.of(linear.in, linear.out));
    shapes.put(name + ".s", List.of(linear.out));
  }

  private record Linear(long in, long out) {}
}

package io.github.refragstreams.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** A bundle whose manifest is right and whose files hold words; tensors share their bytes. */
final class TinyBundle {
  private static final List<String> FILES =
      List.of(
          "tokenizer.json",
          "lower.onnx",
          "upper.onnx",
          "pool.4.onnx",
          "lower.bin",
          "upper.bin",
          "embedding.bin",
          "pool.4.bin");

  /** As many as the largest tensor has. */
  static final int WEIGHT_BYTES = 512;

  private TinyBundle() {}

  static void write(Path bundle) throws Exception {
    for (String file : FILES) {
      String content = "content of " + file;
      Files.writeString(
          bundle.resolve(file),
          file.endsWith(".bin") ? content + " ".repeat(WEIGHT_BYTES - content.length()) : content);
    }
    Files.writeString(bundle.resolve("manifest.json"), manifest(bundle));
  }

  /** A manifest of the files as they are. */
  static String manifest(Path bundle) throws Exception {
    StringBuilder files = new StringBuilder();
    for (String file : FILES) {
      byte[] content = Files.readAllBytes(bundle.resolve(file));
      String sha256 =
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
      files.append(
          "%s\"%s\":{\"sha256\":\"%s\",\"bytes\":%d}"
              .formatted(files.isEmpty() ? "" : ",", file, sha256, content.length));
    }
    return """
        {"format_version":3,"name":"tiny","version":"1","licence":"Apache-2.0","dimension":8,
         "vocabulary":10,"layers":2,"injection_layer":1,"context_positions":64,"rotary_positions":128,"rope_theta":10000.0,"heads":1,"kv_heads":1,
         "head_size":8,"hidden":16,"chunk_sizes":[4],"default_chunk_tokens":4,"token_states":false,"encoder_window":16,
         "encoder_id":"e1",
         "prompt":{"system":"s","head":"h","opening":"","label":"[{number}] ","separator":"\\n",
          "question":"{question}","tail":"t"},
         "special_tokens":{"sink":"<|start|>","stop":"<|end|>"},"policy":null,"adapter":null,
         "tensors":{"lower.bin":{%s},
          "upper.bin":{%s,%s},
          "embedding.bin":{%s,%s},
          "pool.4.bin":{%s,%s,%s,%s,%s}},
         "files":{%s}}
        """
        .formatted(
            layer(0),
            layer(1),
            floats("norm", "8"),
            tensor("embed.q", "10,8", "u8"),
            floats("embed.s", "10,1"),
            tensor("linear.q", "32,8", "i8"),
            floats("linear.s", "8"),
            floats("linear.b", "8"),
            floats("out.s", "8"),
            floats("out.b", "8"),
            files);
  }

  private static String layer(int i) {
    String layer = "l" + i + ".";
    return String.join(
        ",",
        linear(layer + "qkv", 8, 24),
        linear(layer + "o", 8, 8),
        linear(layer + "gate", 8, 16),
        linear(layer + "up", 8, 16),
        linear(layer + "down", 16, 8),
        floats(layer + "in", "8"),
        floats(layer + "post", "8"));
  }

  private static String linear(String name, int in, int out) {
    return tensor(name + ".q", in + "," + out, "i8") + "," + floats(name + ".s", "" + out);
  }

  private static String floats(String name, String shape) {
    return tensor(name, shape, "f32");
  }

  private static String tensor(String name, String shape, String type) {
    return "\"%s\":{\"offset\":0,\"shape\":[%s],\"dtype\":\"%s\"}".formatted(name, shape, type);
  }
}

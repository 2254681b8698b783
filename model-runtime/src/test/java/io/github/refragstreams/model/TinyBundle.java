package io.github.refragstreams.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** A bundle whose manifest is right and whose files hold a few words each. */
final class TinyBundle {
  private static final List<String> FILES =
      List.of("tokenizer.json", "lower.onnx", "upper.onnx", "pool.4.onnx", "upper.bin");

  private TinyBundle() {}

  static void write(Path bundle) throws Exception {
    for (String file : FILES) {
      Files.writeString(bundle.resolve(file), "content of " + file);
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
        {"format_version":1,"name":"tiny","version":"1","licence":"Apache-2.0","dimension":8,
         "vocabulary":10,"layers":2,"injection_layer":1,"context_positions":64,"rotary_positions":128,"kv_heads":1,
         "head_size":8,"chunk_sizes":[4],"default_chunk_tokens":4,"encoder_window":16,
         "encoder_id":"e1",
         "prompt":{"system":"s","head":"h","label":"[{number}] ","separator":"\\n",
          "question":"{question}","tail":"t"},
         "special_tokens":{"sink":"<|start|>","stop":"<|end|>"},"adapter":null,
         "tensors":{"upper.bin":{"w":{"offset":0,"shape":[4,4],"dtype":"i8"}}},
         "files":{%s}}
        """
        .formatted(files);
  }
}

package io.github.refragstreams.model.internal.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The byte-level vocabulary of a {@code tokenizer.json}: which bytes each token stands for. Token
 * strings there write each byte as one printable character (the alphabet of GPT-2). Immutable.
 */
final class Vocabulary {
  private static final int[] BYTE_OF_CHAR = byteOfChar();

  private final byte[][] bytes;
  private final Map<String, Integer> special;
  private final boolean[] known = new boolean[256];

  private Vocabulary(byte[][] bytes, Map<String, Integer> special) {
    this.bytes = bytes;
    this.special = special;
    for (byte[] token : bytes) {
      if (token.length == 1) {
        known[token[0] & 0xff] = true;
      }
    }
  }

  /**
   * @param json content of {@code tokenizer.json}
   * @throws IllegalArgumentException when it is no JSON object
   */
  static ObjectNode read(byte[] json) {
    try {
      return new ObjectMapper().readValue(json, ObjectNode.class);
    } catch (IOException e) {
      throw new IllegalArgumentException("tokenizer.json is not JSON", e);
    }
  }

  /**
   * @throws IllegalArgumentException when it is no plain byte-level BPE tokenizer
   */
  static Vocabulary of(ObjectNode root) {
    JsonNode vocab = root.path("model").path("vocab");
    require(vocab.isObject() && !vocab.isEmpty(), "model.vocab", "a map of tokens");
    require("BPE".equals(root.path("model").path("type").asText()), "model.type", "BPE");
    JsonNode normalizer = root.path("normalizer");
    require(
        normalizer.isNull() || "NFC".equals(normalizer.path("type").asText()),
        "normalizer",
        "null or NFC");
    require(byteLevel(root.path("pre_tokenizer")), "pre_tokenizer", "ByteLevel without prefix");
    Map<String, Integer> special = new LinkedHashMap<>();
    for (JsonNode added : root.path("added_tokens")) {
      special.put(added.path("content").asText(), added.path("id").asInt());
    }
    byte[][] bytes = new byte[size(vocab, special)][];
    Arrays.fill(bytes, new byte[0]);
    vocab
        .fields()
        .forEachRemaining(
            entry -> {
              if (!special.containsKey(entry.getKey())) {
                bytes[entry.getValue().asInt()] = bytesOf(entry.getKey());
              }
            });
    return new Vocabulary(bytes, special);
  }

  /**
   * The same tokenizer, reading a text as it is: special tokens in it are plain text, and it is not
   * normalised, since offsets count its own characters.
   */
  static String plain(ObjectNode root) {
    ObjectNode plain = root.objectNode().setAll(root);
    plain.putArray("added_tokens");
    plain.putNull("normalizer");
    return plain.toString();
  }

  /** Ids of the special tokens by their text. */
  Map<String, Integer> special() {
    return special;
  }

  /** Number of ids. */
  int size() {
    return bytes.length;
  }

  /** Bytes of a token; none for a special token. The caller does not change them. */
  byte[] bytes(int id) {
    return bytes[id];
  }

  /** Text of the ids; malformed and incomplete characters become U+FFFD. */
  String decode(int[] ids) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int id : ids) {
      out.writeBytes(bytes[id]);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /**
   * The text as the tokenizer can hold it, with as many UTF-16 code units: lone surrogates, and
   * characters with a byte that the vocabulary lacks (some control characters), become U+FFFD.
   */
  String readable(String text) {
    StringBuilder changed = null;
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      int next = at + Character.charCount(point);
      if (!representable(point)) {
        changed = changed == null ? new StringBuilder(text) : changed;
        for (int i = at; i < next; i++) {
          changed.setCharAt(i, '\ufffd');
        }
      }
      at = next;
    }
    return changed == null ? text : changed.toString();
  }

  private boolean representable(int point) {
    if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
      return false;
    }
    if (point < 128) {
      return known[point];
    }
    for (byte b : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
      if (!known[b & 0xff]) {
        return false;
      }
    }
    return true;
  }

  private static boolean byteLevel(JsonNode preTokenizer) {
    JsonNode steps = preTokenizer.path("pretokenizers");
    JsonNode last =
        steps.isArray() && !steps.isEmpty() ? steps.get(steps.size() - 1) : preTokenizer;
    return "ByteLevel".equals(last.path("type").asText())
        && !last.path("add_prefix_space").asBoolean(true);
  }

  private static int size(JsonNode vocab, Map<String, Integer> special) {
    int largest = -1;
    for (JsonNode id : vocab) {
      largest = Math.max(largest, id.asInt());
    }
    for (int id : special.values()) {
      largest = Math.max(largest, id);
    }
    return largest + 1;
  }

  private static byte[] bytesOf(String token) {
    byte[] out = new byte[token.length()];
    for (int i = 0; i < out.length; i++) {
      char c = token.charAt(i);
      int value = c < BYTE_OF_CHAR.length ? BYTE_OF_CHAR[c] : -1;
      require(value >= 0, "model.vocab", "tokens in the byte-level alphabet");
      out[i] = (byte) value;
    }
    return out;
  }

  /** Printable bytes stand for themselves, the others are shifted beyond 255 in their order. */
  private static int[] byteOfChar() {
    int[] table = new int[512];
    Arrays.fill(table, -1);
    int shifted = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
      table[printable ? b : shifted++] = b;
    }
    return table;
  }

  private static void require(boolean holds, String what, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "tokenizer.json has an unusable " + what + "; expected " + expected);
    }
  }
}

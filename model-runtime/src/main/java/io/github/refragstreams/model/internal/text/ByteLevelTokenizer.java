package io.github.refragstreams.model.internal.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.refragstreams.model.Tokenizer;
import io.github.refragstreams.model.internal.UntilClosed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A byte-level BPE tokenizer. Ids come from Hugging Face's library; offsets are counted here, from
 * the bytes that each token stands for: a character belongs to the token that completes it. Safe
 * for use by many threads: {@link #close} waits for the calls that run, and later ones fail with
 * TRANSIENT, for the library frees memory that a call may still read.
 */
public final class ByteLevelTokenizer implements Tokenizer, AutoCloseable {
  private final Vocabulary vocabulary;
  private final HuggingFaceTokenizer plain;

  private final UntilClosed library = new UntilClosed("the tokenizer");

  private ByteLevelTokenizer(Vocabulary vocabulary, HuggingFaceTokenizer plain) {
    this.vocabulary = vocabulary;
    this.plain = plain;
  }

  /**
   * @param json content of {@code tokenizer.json}
   * @throws IllegalArgumentException when it is no plain byte-level BPE tokenizer
   */
  public static ByteLevelTokenizer of(byte[] json) {
    ObjectNode root = Vocabulary.read(json);
    Vocabulary vocabulary = Vocabulary.of(root);
    byte[] plain = Vocabulary.plain(root).getBytes(StandardCharsets.UTF_8);
    try {
      return new ByteLevelTokenizer(
          vocabulary,
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(plain),
              Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false")));
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("tokenizer.json cannot be loaded", e);
    }
  }

  /** Number of ids. */
  public int vocabulary() {
    return vocabulary.size();
  }

  /**
   * @throws IllegalArgumentException when the vocabulary has no such special token
   */
  public int specialId(String token) {
    Integer id = vocabulary.special().get(token);
    if (id == null) {
      throw new IllegalArgumentException("tokenizer.json has no special token " + token);
    }
    return id;
  }

  /** Bytes that a token stands for; none for a special token. The caller does not change them. */
  public byte[] bytes(int id) {
    return vocabulary.bytes(id);
  }

  @Override
  public Tokens tokenize(String text) {
    if (text.isEmpty()) {
      return new Tokens(new int[0], new int[0]);
    }
    String readable = vocabulary.readable(text);
    int[] ids = ids(readable);
    return new Tokens(ids, ends(readable, ids));
  }

  /** Ids of a text of the bundle's own: special tokens in it are special. */
  public int[] tokenizeTemplate(String template) {
    IntStream.Builder out = IntStream.builder();
    int from = 0;
    for (int at = 0; at < template.length(); ) {
      String token = specialAt(template, at);
      if (token == null) {
        at++;
        continue;
      }
      addPlain(template.substring(from, at), out);
      out.add(specialId(token));
      at += token.length();
      from = at;
    }
    addPlain(template.substring(from), out);
    return out.build().toArray();
  }

  @Override
  public String decode(int[] ids) {
    return vocabulary.decode(ids);
  }

  @Override
  public void close() {
    library.close(plain::close);
  }

  private void addPlain(String text, IntStream.Builder out) {
    for (int id : tokenize(text).ids()) {
      out.add(id);
    }
  }

  private @Nullable String specialAt(String template, int at) {
    for (String token : vocabulary.special().keySet()) {
      if (template.startsWith(token, at)) {
        return token;
      }
    }
    return null;
  }

  private int[] ids(String readable) {
    long[] wide = library.use(() -> plain.encode(readable, false, false).getIds());
    int[] ids = new int[wide.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Math.toIntExact(wide[i]);
    }
    return ids;
  }

  private int[] ends(String text, int[] ids) {
    int[] ends = new int[ids.length];
    int at = 0; // characters completed, in UTF-16 code units
    int pending = 0; // bytes of the next character that tokens have covered
    for (int i = 0; i < ids.length; i++) {
      pending += vocabulary.bytes(ids[i]).length;
      while (at < text.length()) {
        int point = text.codePointAt(at);
        int width = utf8Length(point);
        if (pending < width) {
          break;
        }
        pending -= width;
        at += Character.charCount(point);
      }
      ends[i] = at;
    }
    if (at != text.length() || pending != 0) {
      throw new IllegalStateException(
          "tokens cover " + at + " of " + text.length() + " characters; the tokenizer drops text");
    }
    return ends;
  }

  private static int utf8Length(int point) {
    if (point < 0x80) {
      return 1;
    }
    if (point < 0x800) {
      return 2;
    }
    return point < 0x10000 ? 3 : 4;
  }
}

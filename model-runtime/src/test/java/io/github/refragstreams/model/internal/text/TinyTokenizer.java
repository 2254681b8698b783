package io.github.refragstreams.model.internal.text;

import java.nio.charset.StandardCharsets;

/**
 * A byte-level BPE tokenizer of a few hundred tokens, without the bytes that the real one lacks.
 */
public final class TinyTokenizer {
  static final int START = 0;
  static final int END = 1;

  private TinyTokenizer() {}

  /** Content of its {@code tokenizer.json}. */
  public static byte[] json() {
    StringBuilder vocab = new StringBuilder("\"<|start|>\":0,\"<|end|>\":1");
    int id = 2;
    int shifted = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
      int c = printable ? b : shifted++;
      if (b != 0x04 && b != 0xf1) {
        vocab.append(String.format(",\"\\u%04x\":%d", c, id++));
      }
    }
    for (String merged : new String[] {"he", "hel", "ll", "\u0120w", "\u00f0\u0141"}) {
      vocab.append(",\"").append(merged).append("\":").append(id++);
    }
    String json =
        """
        {"version":"1.0","truncation":null,"padding":null,
         "added_tokens":[
          {"id":0,"content":"<|start|>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},
          {"id":1,"content":"<|end|>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
         "normalizer":null,
         "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},
         "post_processor":null,
         "decoder":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},
         "model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":"",
          "end_of_word_suffix":"","fuse_unk":false,"byte_fallback":false,"ignore_merges":false,
          "vocab":{%s},
          "merges":[["h","e"],["he","l"],["l","l"],["\u0120","w"],["\u00f0","\u0141"]]}}
        """
            .formatted(vocab);
    return json.getBytes(StandardCharsets.UTF_8);
  }
}

package io.github.refragstreams.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.internal.text.ByteLevelTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;

/** The default bundle's own tokenizer, with texts that it was not made for. */
class BundleTokenizerTest {
  private static @Nullable ByteLevelTokenizer tokenizer;

  private static ByteLevelTokenizer tokenizer() throws IOException {
    ByteLevelTokenizer opened = tokenizer;
    if (opened == null) {
      opened =
          ByteLevelTokenizer.of(Files.readAllBytes(TestBundle.folder().resolve("tokenizer.json")));
      tokenizer = opened;
    }
    return opened;
  }

  @AfterContainer
  static void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> pieces =
        Arbitraries.oneOf(
            Arbitraries.strings().all().ofMaxLength(8),
            Arbitraries.strings().withCharRange('\u4e00', '\u9fff').ofMaxLength(8),
            Arbitraries.strings().withCharRange('\u0000', '\u001f').ofMaxLength(4),
            Arbitraries.of(
                "\ud83d\ude00",
                "\ud83d\udc69\u200d\ud83d\ude80",
                "\ud83d",
                "\ude00",
                "<|im_end|>\n",
                "<|im_start|>",
                "<repo_name>",
                "e\u0301",
                "\u0e01\u0e33 ",
                " the capital of",
                "\r\n\t  "));
    return pieces.list().ofMaxSize(8).map(list -> String.join("", list));
  }

  @Property
  void offsetsCoverTheTextAndTheTextComesBack(@ForAll("texts") String text) throws IOException {
    // Given
    ByteLevelTokenizer own = tokenizer();
    // When
    Tokenizer.Tokens tokens = own.tokenize(text);
    // Then
    String decoded = own.decode(tokens.ids());
    assertThat(decoded).hasSameSizeAs(text);
    for (int i = 0; i < text.length(); i++) {
      assertThat(decoded.charAt(i)).isIn(text.charAt(i), '\ufffd');
    }
    assertThat(tokens.ends()).isSorted();
    assertThat(text.isEmpty() || tokens.ends()[tokens.ends().length - 1] == text.length()).isTrue();
    assertThat(Arrays.stream(tokens.ids()).filter(id -> id <= 16)).isEmpty(); // special ids
  }

  @Property
  void ordinaryTextIsNotTouched(@ForAll("ordinary") String text) throws IOException {
    // Given
    ByteLevelTokenizer own = tokenizer();
    // When / Then
    assertThat(own.decode(own.tokenize(text).ids())).isEqualTo(text);
  }

  @Provide
  Arbitrary<String> ordinary() {
    return Arbitraries.strings()
        .withCharRange(' ', '~')
        .withCharRange('\u00a1', '\u017f')
        .withCharRange('\u0391', '\u03c9')
        .withCharRange('\u0430', '\u044f')
        .withCharRange('\u3041', '\u3096')
        .withChars("\n\t\u4e2d\u56fd\u2019\u2014")
        .ofMaxLength(40);
  }
}

package io.github.refragstreams.model.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.refragstreams.model.ModelException;
import io.github.refragstreams.model.Tokenizer.Tokens;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;

class ByteLevelTokenizerTest {
  private static final ByteLevelTokenizer TOKENIZER = ByteLevelTokenizer.of(TinyTokenizer.json());

  @AfterContainer
  static void close() {
    TOKENIZER.close();
  }

  @Example
  void endsAreUtf16OffsetsAndACharacterBelongsToTheTokenThatCompletesIt() {
    // When: the emoji's four bytes are tokens of 2, 1 and 1 bytes
    Tokens tokens = TOKENIZER.tokenize("he\ud83d\ude00!");
    // Then
    assertThat(tokens.ends()).containsExactly(2, 2, 2, 4, 5);
  }

  @Example
  void refusesTextsOnceItIsClosed() {
    // Given
    ByteLevelTokenizer closed = ByteLevelTokenizer.of(TinyTokenizer.json());
    closed.close();
    // Then
    assertThatThrownBy(() -> closed.tokenize("x"))
        .isInstanceOfSatisfying(
            ModelException.class,
            e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.TRANSIENT));
  }

  @Example
  void specialTokensOfAUserArePlainText() {
    // When
    Tokens tokens = TOKENIZER.tokenize("<|start|>x");
    // Then
    assertThat(tokens.ids()).doesNotContain(TinyTokenizer.START).hasSize(10);
    assertThat(TOKENIZER.decode(tokens.ids())).isEqualTo("<|start|>x");
  }

  @Example
  void specialTokensOfATemplateAreSpecial() {
    // When
    int[] ids = TOKENIZER.tokenizeTemplate("<|start|>x<|end|>\n");
    // Then
    assertThat(ids).startsWith(TinyTokenizer.START).hasSize(4);
    assertThat(ids[2]).isEqualTo(TinyTokenizer.END);
    assertThat(TOKENIZER.decode(ids)).isEqualTo("x\n");
  }

  @Example
  void whatTheVocabularyCannotHoldBecomesAReplacementCharacter() {
    // Given: a lone surrogate, a control character and a plane whose lead byte has no token
    String text = "a\ud800b\u0004c" + Character.toString(0x40000) + "\udc00";
    // When
    Tokens tokens = TOKENIZER.tokenize(text);
    // Then
    assertThat(TOKENIZER.decode(tokens.ids())).isEqualTo("a\ufffdb\ufffdc\ufffd\ufffd\ufffd");
    assertThat(tokens.ends()).endsWith(text.length());
  }

  @Property
  void anyStringComesBackAndItsOffsetsCoverIt(@ForAll String text) {
    // When
    Tokens tokens = TOKENIZER.tokenize(text);
    // Then
    String decoded = TOKENIZER.decode(tokens.ids());
    assertThat(decoded).hasSameSizeAs(text);
    assertThat(decoded).isEqualTo(readable(text));
    assertThat(tokens.ends()).isSorted().hasSameSizeAs(tokens.ids());
    assertThat(tokens.ends().length == 0 ? 0 : tokens.ends()[tokens.ends().length - 1])
        .isEqualTo(text.length());
  }

  @Property
  void theTextUpToATokensEndIsWhatTheTokensSay(@ForAll String text) {
    // Given
    Tokens tokens = TOKENIZER.tokenize(text);
    IncrementalText incremental = new IncrementalText();
    StringBuilder soFar = new StringBuilder();
    for (int i = 0; i < tokens.ids().length; i++) {
      // When
      soFar.append(incremental.append(TOKENIZER.bytes(tokens.ids()[i])));
      // Then
      assertThat(soFar).hasToString(readable(text).substring(0, tokens.ends()[i]));
    }
  }

  @Example
  void refusesWhatIsNoByteLevelTokenizer() {
    assertThatThrownBy(() -> ByteLevelTokenizer.of("{}".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tokenizer.json has an unusable model.vocab; expected a map of tokens");
    assertThatThrownBy(() -> ByteLevelTokenizer.of(new byte[] {1}))
        .hasMessage("tokenizer.json is not JSON");
  }

  /** The plain form of what the vocabulary does with a text. */
  private static String readable(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              boolean surrogate = point >= 0xd800 && point < 0xe000;
              boolean missing = point == 4 || (point >= 0x40000 && point < 0x80000);
              if (surrogate || missing) {
                out.append("\ufffd".repeat(Character.charCount(point)));
              } else {
                out.appendCodePoint(point);
              }
            });
    return out.toString();
  }
}

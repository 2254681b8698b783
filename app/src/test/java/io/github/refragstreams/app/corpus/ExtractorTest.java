package io.github.refragstreams.app.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExtractorTest {
  private static final int MOST = 1 << 20;
  private static final byte[] PAGE = "<p>Words.</p>".getBytes(StandardCharsets.UTF_8);

  /** A process that never answers. */
  static final class Silent {
    private Silent() {}

    public static void main(String[] arguments) throws InterruptedException {
      Thread.currentThread().join();
    }
  }

  @Test
  void readsOneDocumentAfterTheOther() throws UnreadableException {
    try (Extractor extractor = new Extractor()) {
      for (int i = 0; i < 3; i++) {
        assertThat(extractor.read(FileKind.HTML, PAGE, MOST).blocks())
            .containsExactly(new Block(false, "Words."));
      }
      assertThat(extractor.read(FileKind.PDF, Pdf.of("Print.").titled("T").bytes(), MOST))
          .isEqualTo(new DocumentText("T", java.util.List.of(new Block(false, "Print."))));
    }
  }

  @Test
  void saysWhatTheProcessFindsWrong() {
    try (Extractor extractor = new Extractor()) {
      assertThatThrownBy(() -> extractor.read(FileKind.HTML, PAGE, 3))
          .isInstanceOf(UnreadableException.class)
          .hasMessage("has more than 3 characters of text");
    }
  }

  @Test
  void aFileThatUnpacksToMoreThanTheMemoryCostsItsProcessOnly() throws UnreadableException {
    // Given
    byte[] bomb = Pdf.bomb(256 << 20).bytes();
    assertThat(bomb.length).isLessThan(1 << 20);
    try (Extractor extractor = new Extractor(ExtractorProcess.class, 64, Duration.ofMinutes(10))) {
      // When
      assertThatThrownBy(() -> extractor.read(FileKind.PDF, bomb, MOST))
          .isInstanceOf(UnreadableException.class)
          .hasMessage("takes more than 64 MB of memory to read");
      // Then
      assertThat(extractor.read(FileKind.HTML, PAGE, MOST).blocks()).hasSize(1);
    }
  }

  @Test
  void aFileThatIsNeverReadToItsEndIsGivenUp() {
    try (Extractor extractor = new Extractor(Silent.class, 64, Duration.ofMillis(100))) {
      assertThatThrownBy(() -> extractor.read(FileKind.HTML, PAGE, MOST))
          .isInstanceOf(UnreadableException.class)
          .hasMessage("takes longer than 0 s to read");
    }
  }
}

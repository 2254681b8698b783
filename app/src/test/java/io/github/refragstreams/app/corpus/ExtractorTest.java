package io.github.refragstreams.app.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

  /** A process that ends before it has read anything. */
  static final class Broken {
    private Broken() {}

    public static void main(String[] arguments) {
      System.exit(7);
    }
  }

  /** A process that reads in another one. */
  static final class Application {
    private Application() {}

    public static void main(String[] arguments) throws UnreadableException {
      try (Extractor extractor = new Extractor()) {
        System.out.println(extractor.read(FileKind.HTML, PAGE, MOST).blocks().get(0).text());
      }
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
          .isEqualTo(new DocumentText("T", List.of(new Block(false, "Print."))));
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
  void saysHowTheProcessHasEnded() {
    try (Extractor extractor = new Extractor(Broken.class, 64, Duration.ofMinutes(10))) {
      assertThatThrownBy(() -> extractor.read(FileKind.HTML, PAGE, MOST))
          .isInstanceOf(UnreadableException.class)
          .hasMessage("was not read: its reader ended with status 7");
    }
  }

  @Test
  void optionsOfTheApplicationsJvmAreNotThoseOfTheProcess() throws IOException {
    // Given
    ProcessBuilder application =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            Application.class.getName());
    for (String name : List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS")) {
      application.environment().put(name, "-XX:+UseParallelGC");
    }
    // When
    Process process = application.start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    // Then
    assertThat(printed.strip()).isEqualTo("Words.");
    assertThat(process.onExit().join().exitValue()).isZero();
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

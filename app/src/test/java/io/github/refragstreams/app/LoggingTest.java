package io.github.refragstreams.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.LogbackServiceProvider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoggingTest {
  private static final String FORMAT = "refrag.log.format";

  private final PrintStream output = System.out;
  private final PrintStream errors = System.err;
  private final String format = System.getProperty(FORMAT, "text");

  @AfterEach
  void restore() {
    System.setOut(output);
    System.setErr(errors);
    System.setProperty(FORMAT, format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void leavesStandardOutputToAnswers(String asked) {
    // Given
    System.setProperty(FORMAT, asked);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream logged = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    System.setErr(new PrintStream(logged, true, UTF_8));
    LogbackServiceProvider logback = new LogbackServiceProvider();
    // When
    logback.initialize();
    logback.getLoggerFactory().getLogger("test").error("a failure");
    // Then
    assertThat(printed.toString(UTF_8)).isEmpty();
    assertThat(logged.toString(UTF_8)).contains("a failure");
  }
}

package io.github.refragstreams.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.LogbackServiceProvider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LoggingTest {
  @Test
  void leavesStandardOutputToAnswers() {
    // Given
    PrintStream output = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    // When
    try {
      new LogbackServiceProvider().initialize();
    } finally {
      System.setOut(output);
    }
    // Then
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}

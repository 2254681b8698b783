package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private final StringWriter said = new StringWriter();
  private final AtomicLong seconds = new AtomicLong();

  private ProgressBar bar(boolean terminal, int total) {
    return new ProgressBar(
        new PrintWriter(said),
        terminal,
        () -> TimeUnit.SECONDS.toNanos(seconds.get()),
        "questions",
        total);
  }

  private void count(ProgressBar bar, int total) {
    for (int done = 1; done <= total; done++) {
      seconds.addAndGet(2);
      bar.accept(done);
    }
  }

  @Test
  void awayFromATerminalEveryTenthHasALine() {
    // When
    count(bar(false, 40), 40);
    // Then
    assertThat(said.toString().lines()).hasSize(10);
    assertThat(said.toString().lines())
        .first()
        .isEqualTo("refrag: 4/40 questions, about 1:12 min left");
    assertThat(said.toString().lines()).last().isEqualTo("refrag: 40/40 questions, in 1:20 min");
  }

  @Test
  void fewerThanTenHaveALineEach() {
    // When
    count(bar(false, 3), 3);
    // Then
    assertThat(said.toString().lines()).hasSize(3);
  }

  @Test
  void aTerminalSeesOneLineThatIsDrawnAgain() {
    // When
    count(bar(true, 2), 2);
    // Then
    assertThat(said.toString())
        .isEqualTo(
            "\r\u001b[K[############------------] 1/2 questions, about 0:02 min left"
                + "\r\u001b[K[########################] 2/2 questions, in 0:04 min\n");
  }
}

package io.github.refragstreams.app.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void writesWhatATerminalWouldObeyAsNumbers() {
    assertThat(Printable.line("a\u001b[2Jb\r\n\u202ec \u0007d"))
        .isEqualTo("a\\u{1b}[2Jb\\u{d}\\u{a}\\u{202e}c \\u{7}d");
  }

  @Test
  void leavesWhatPeopleWrite() {
    String written = "Ünïcode, 漢字 and \uD83D\uDE00 as they are";
    assertThat(Printable.line(written)).isEqualTo(written);
  }

  @Test
  void keepsTheLinesOfATextAndNothingElse() {
    assertThat(Printable.text("one\n\ttwo\u200d\u001b]0;x\u0007"))
        .isEqualTo("one\n\ttwo\u200d\\u{1b}]0;x\\u{7}");
  }
}

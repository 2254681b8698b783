package io.github.refragstreams.app.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void alignsColumns() {
    // When
    String table = new Table("system", "F1").row("refrag", "0.5").row("none", "12.25").toString();
    // Then
    assertThat(table)
        .isEqualTo(
            """
            system     F1
            ------  -----
            refrag    0.5
            none    12.25
            """);
  }

  @Test
  void isNotObeyedByATerminal() {
    assertThat(new Table("key").row("\u001b[2J\nx").toString()).endsWith("\n\\u{1b}[2J\\u{a}x\n");
  }

  @Test
  void refusesARowOfAnotherWidth() {
    assertThatThrownBy(() -> new Table("a", "b").row("1"))
        .hasMessage("row has 1 cells; the table has 2 columns");
  }
}

package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void documentsItsExitCodes() {
    // When
    int status = run("--help");
    // Then
    assertThat(status).isEqualTo(ExitCodes.OK);
    assertThat(out.toString()).contains("Exit codes:", "the work failed");
  }

  @Test
  void saysInOneLineWhatIsWrongWithTheUsage() {
    // When
    int status = run("--nope");
    // Then
    assertThat(status).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString().strip())
        .isEqualTo("refrag: Unknown option: '--nope' (see refrag --help)");
  }

  private int run(String... arguments) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }
}

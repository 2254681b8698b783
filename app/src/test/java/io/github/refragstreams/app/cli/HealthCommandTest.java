package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.config.ManagementConfig;
import io.github.refragstreams.app.management.Health;
import io.github.refragstreams.app.management.ManagementServer;
import io.github.refragstreams.app.management.QueryReports;
import io.github.refragstreams.app.telemetry.RecentSpans;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the command says of an instance that is loading, and of none. */
class HealthCommandTest {
  private static final ManagementConfig ANY_PORT =
      new ManagementConfig(true, "127.0.0.1", 0, Duration.ofMinutes(2));
  private static final QueryReports QUERIES = new QueryReports(new RecentSpans(0));

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void asksForTheStateThatIsNamed() {
    try (ManagementServer server =
        ManagementServer.start(ANY_PORT, new Health(Duration.ofMinutes(2)), () -> "", QUERIES)) {
      // When, Then: one that loads its bundle is live, and not ready
      assertThat(run(server.port(), "live")).isEqualTo(ExitCodes.OK);
      assertThat(out.toString()).startsWith("UP").contains("decoder: ok");
      assertThat(run(server.port())).isEqualTo(ExitCodes.FAILURE);
      assertThat(out.toString()).contains("DOWN", "bundle: loading");
    }
  }

  @Test
  void asksOnLoopbackWhatListensOnEveryAddress() {
    try (ManagementServer server =
        ManagementServer.start(ANY_PORT, new Health(Duration.ofMinutes(2)), () -> "", QUERIES)) {
      // When
      int status = run(server.port(), "live", "--json", "--set", "management.host=0.0.0.0");
      // Then
      assertThat(status).isEqualTo(ExitCodes.OK);
      assertThat(out.toString()).startsWith("{\"status\":\"UP\"");
    }
  }

  @Test
  void asksOverIpv6() {
    // Given
    ManagementConfig config = new ManagementConfig(true, "::1", 0, Duration.ofMinutes(2));
    StringWriter said = new StringWriter();
    try (ManagementServer server =
        Objects.requireNonNull(
            Management.serve(
                config,
                new Progress(new PrintWriter(said)),
                () ->
                    ManagementServer.start(
                        config, new Health(Duration.ofMinutes(2)), () -> "", QUERIES)))) {
      assertThat(said.toString()).contains("http://[::1]:" + server.port());
      // When
      int status = run(server.port(), "live", "--set", "management.host=::1");
      // Then
      assertThat(status).isEqualTo(ExitCodes.OK);
    }
  }

  @Test
  void isDownWhereNothingAnswers() throws IOException {
    // When
    int port = freePort();
    int status = run(port, "live");
    // Then
    assertThat(status).isEqualTo(ExitCodes.FAILURE);
    assertThat(out.toString())
        .contains("DOWN", "nothing answers at http://127.0.0.1:" + port + "/health/live");
  }

  @Test
  void refusesWhatCannotBeAsked() {
    assertThat(run(0)).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("management.port: it must not be 0");
    assertThat(run(1, "well")).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("expected one of [STARTUP, LIVE, READY]");
    assertThat(run(1, "--set", "management.host=no address")).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("management.host is 'no address'");
  }

  private int run(int port, String... arguments) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("health", "--set", "management.port=" + port));
    all.addAll(List.of(arguments));
    return command.execute(all.toArray(String[]::new));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }
}

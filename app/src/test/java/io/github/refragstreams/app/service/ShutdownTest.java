package io.github.refragstreams.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShutdownTest {
  /** SIGINT is handled alike; processes in the background, as tests may be, do not get it. */
  @Test
  void closesEverythingBeforeTheHooksOfTheJvm() throws Exception {
    Process process = probe();
    List<String> lines = new ArrayList<>();
    try (BufferedReader printed = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = printed.readLine(); line != null; line = printed.readLine()) {
        lines.add(line);
        if (line.equals("ready")) {
          // When
          // Unlike the process itself, its handle leaves the stream open.
          process.toHandle().destroy();
        }
      }
    }
    // Then
    assertThat(lines).filteredOn(line -> line.contains("in good order")).hasSize(1);
    assertThat(lines)
        .filteredOn(List.of("ready", "second", "first", "at once", "hook")::contains)
        .containsExactly("ready", "second", "first", "at once", "hook");
    assertThat(process.waitFor()).isEqualTo(143);
  }

  private static Process probe() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Probe.class.getName())
        .redirectErrorStream(true)
        .start();
  }

  /** A process that has something to close. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] arguments) throws InterruptedException {
      Shutdown.handleSignals();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
      Thread main = Thread.currentThread();
      Shutdown.before(
          () -> {
            System.out.println("first");
            main.interrupt();
            try {
              main.join(60_000);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      Shutdown.before(() -> System.out.println("second"));
      Shutdown.before(
          () -> {
            throw new IllegalStateException("cannot be closed");
          });
      System.out.println("ready");
      try {
        Thread.sleep(60_000);
      } catch (InterruptedException e) {
        // A signal has come: what is to be closed now is closed at once.
        Shutdown.before(() -> System.out.println("at once"));
        return;
      }
      Shutdown.exit(0);
    }
  }
}

package io.github.refragstreams.app.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;

/** A Java process, and what can be done to it. For one thread. */
final class ChildProcess implements AutoCloseable {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

  private final Process process;
  private final Writer commands;
  private final Queue<String> said = new ConcurrentLinkedQueue<>();

  private ChildProcess(Process process) {
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, "faults-child-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * @param classPath see {@link #ownClassPath}
   * @param flags of the virtual machine
   * @param log receives what the process writes to standard error
   */
  static ChildProcess start(
      Class<?> main, String classPath, List<String> flags, List<String> arguments, Path log) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(inherited());
    command.addAll(flags);
    command.add("-Dlogback.configurationFile=logback.xml");
    command.add("-cp");
    command.add(classPath);
    command.add(main.getName());
    command.addAll(arguments);
    try {
      return new ChildProcess(
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What this process runs. */
  static String ownClassPath() {
    return System.getProperty("java.class.path");
  }

  /** What this process was started with, except its memory: libraries need the rest, too. */
  private static List<String> inherited() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("-D") || flag.startsWith("--"))
        .toList();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void tell(String line) {
    try {
      commands.write(line + "\n");
      commands.flush();
    } catch (IOException e) {
      // It is dead, which whoever waits for it will notice.
    }
  }

  /**
   * Waits for a line; false when it does not come in time, or the process is dead. What comes
   * before is forgotten.
   */
  boolean hears(String line, Duration most) {
    return Pause.until(most, () -> hasSaid(line) || !process.isAlive()) && process.isAlive();
  }

  private boolean hasSaid(String line) {
    for (String next = said.poll(); next != null; next = said.poll()) {
      if (next.equals(line)) {
        return true;
      }
    }
    return false;
  }

  void forget() {
    said.clear();
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** SIGTERM, and SIGKILL to one that does not heed it. */
  void stop() {
    process.destroy();
    awaitEnd();
  }

  /** SIGSTOP. */
  void suspend() {
    run("kill", "-STOP", pid());
  }

  /** SIGCONT. */
  void resume() {
    run("kill", "-CONT", pid());
  }

  /** From now on, writing to any file fails: to the process, its disk is full. */
  void fillDisk() {
    run("prlimit", "--pid", pid(), "--fsize=0:");
  }

  /** Files can grow again. */
  void emptyDisk() {
    run("prlimit", "--pid", pid(), "--fsize=unlimited:");
  }

  /** Whether this system has what {@link #fillDisk} needs. */
  static boolean canFillDisks() {
    try {
      return new ProcessBuilder("prlimit", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }

  private String pid() {
    return String.valueOf(process.pid());
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      lines.lines().forEach(said::add);
    } catch (IOException | UncheckedIOException e) {
      // The process is gone.
    }
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new InterruptException(e);
    }
  }

  private static void run(String... command) {
    try {
      int status = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (status != 0) {
        throw new IllegalStateException(String.join(" ", command) + " ended with " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}

package io.github.refragstreams.app.corpus;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTML and PDF in a process of its own: a file that unpacks to more than the memory, or that
 * its parser never comes to an end with, costs that process only. It is started with the first
 * document, gets what a file holds and not where it lies, and is replaced when it has died. For one
 * thread.
 */
final class Extractor implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final int MEGABYTES = 512;

  /** Status of a JVM that has {@code -XX:+ExitOnOutOfMemoryError}. */
  private static final int OUT_OF_MEMORY = 3;

  /** Meant for the application: its collector or a port of its own would end this process. */
  private static final List<String> OPTIONS_OF_JVMS =
      List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS");

  private final Class<?> main;
  private final int megabytes;
  private final Duration longest;
  private final ExecutorService waiting =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "refrag-extractor");
            thread.setDaemon(true);
            return thread;
          });
  private @Nullable Process process;

  Extractor() {
    this(ExtractorProcess.class, MEGABYTES, LONGEST);
  }

  /**
   * @param main of the process
   * @param megabytes of its heap
   * @param longest time for one document
   */
  Extractor(Class<?> main, int megabytes, Duration longest) {
    this.main = main;
    this.megabytes = megabytes;
    this.longest = longest;
  }

  /**
   * @param kind HTML or PDF
   * @param mostChars most characters of text
   */
  DocumentText read(FileKind kind, byte[] content, int mostChars) throws UnreadableException {
    Process reader = running();
    Future<DocumentText> text =
        waiting.submit(() -> ask(reader, new Wire.Request(kind, mostChars, content)));
    try {
      return text.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      stop();
      throw new UnreadableException("takes longer than " + longest.toSeconds() + " s to read");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnreadableException refused) {
        throw new UnreadableException(String.valueOf(refused.getMessage()));
      }
      stop();
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      stop();
      Thread.currentThread().interrupt();
      throw new UnreadableException("was not read: interrupted");
    }
  }

  @Override
  public void close() {
    stop();
    waiting.shutdownNow();
  }

  private DocumentText ask(Process reader, Wire.Request request)
      throws InterruptedException, UnreadableException {
    try {
      // Neither stream keeps anything between documents: the other side waits for its turn.
      request.write(new DataOutputStream(new BufferedOutputStream(reader.getOutputStream())));
      return Wire.readText(new DataInputStream(new BufferedInputStream(reader.getInputStream())));
    } catch (IOException e) {
      // Its streams end a moment before it does.
      int status = reader.waitFor();
      throw new UnreadableException(
          status == OUT_OF_MEMORY
              ? "takes more than " + megabytes + " MB of memory to read"
              : "was not read: its reader ended with status " + status);
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            // Otherwise it grows with the machine's memory.
            "-Xms8m",
            "-Xmx" + megabytes + "m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true",
            // Whatever XML a document brings, it names nothing outside of itself.
            "-Djavax.xml.accessExternalDTD=",
            "-Djavax.xml.accessExternalSchema=",
            "-Djavax.xml.accessExternalStylesheet=",
            // Not in the user's home.
            "-Dpdfbox.fontcache=" + System.getProperty("java.io.tmpdir"),
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    return command;
  }

  private Process running() {
    if (process == null || !process.isAlive()) {
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeAll(OPTIONS_OF_JVMS);
        process = builder.start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return process;
  }

  private void stop() {
    if (process != null) {
      process.destroyForcibly();
      process = null;
    }
  }
}

package io.github.refragstreams.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Memory of this process and of its machine. */
public final class Memory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private Memory() {}

  /** Most megabytes of memory that were resident so far; empty where the system does not tell. */
  public static OptionalLong peakMegabytes() {
    return kilobytes(STATUS, "VmHWM:").stream().map(kilobytes -> kilobytes / 1024).findFirst();
  }

  /** From now on, {@link #peakMegabytes} is that of the time since; where the system can do it. */
  public static void forgetPeak() {
    try {
      Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    } catch (IOException e) {
      // The peak stays that of the whole process.
    }
  }

  /** Bytes of resident memory that no file stands for; empty where the system does not tell. */
  public static OptionalLong anonymousBytes() {
    return kilobytes(STATUS, "RssAnon:").stream().map(kilobytes -> kilobytes * 1024).findFirst();
  }

  /** Megabytes of the machine; empty where the system does not tell. */
  public static OptionalLong totalMegabytes() {
    return kilobytes(Path.of("/proc/meminfo"), "MemTotal:").stream()
        .map(kilobytes -> kilobytes / 1024)
        .findFirst();
  }

  private static OptionalLong kilobytes(Path file, String name) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}

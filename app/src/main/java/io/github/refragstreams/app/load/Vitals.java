package io.github.refragstreams.app.load;

import io.github.refragstreams.app.bench.Memory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process must not use more and more of. Values that the system does not tell are 0.
 *
 * @param seconds since the start of the measurement
 * @param heapBytes in use after a full collection
 * @param nativeBytes resident memory without files, less the committed heap
 * @param stateBytes files of the stores
 * @param threads live ones
 * @param files open ones
 * @param unanswered questions that wait for their answer
 */
record Vitals(
    double seconds,
    long heapBytes,
    long nativeBytes,
    long stateBytes,
    int threads,
    int files,
    int unanswered) {

  /** Takes a moment: it collects garbage. */
  static Vitals of(double seconds, long stateBytes, int unanswered) {
    System.gc();
    var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    long anonymous = Memory.anonymousBytes().orElse(0);
    return new Vitals(
        seconds,
        heap.getUsed(),
        Math.max(0, anonymous - heap.getCommitted()),
        stateBytes,
        ManagementFactory.getThreadMXBean().getThreadCount(),
        openFiles(),
        unanswered);
  }

  private static int openFiles() {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return (int) files.count();
    } catch (IOException e) {
      return 0;
    }
  }
}

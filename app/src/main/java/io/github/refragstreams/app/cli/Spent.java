package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.bench.Memory;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What this process has taken so far.
 *
 * @param millis since the start of the Java virtual machine
 * @param peakMegabytes most memory that was resident; empty where the system does not tell
 */
record Spent(long millis, OptionalLong peakMegabytes) {
  static Spent soFar() {
    return new Spent(ManagementFactory.getRuntimeMXBean().getUptime(), Memory.peakMegabytes());
  }

  /** For people, when an answer is there. */
  String untilTheAnswer() {
    String time = String.format(Locale.ROOT, "answered %.1f s after the start", millis / 1e3);
    return peakMegabytes.isPresent()
        ? time + ", peak resident memory " + peakMegabytes.getAsLong() + " MB"
        : time;
  }
}

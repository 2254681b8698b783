package io.github.refragstreams.app.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How long it took, each time, until all partitions were answered again. For one thread. */
final class FailOver {
  private final Map<String, List<Double>> seconds = new TreeMap<>();

  void took(String after, double time) {
    seconds.computeIfAbsent(after, key -> new ArrayList<>()).add(time);
  }

  /** One line per kind of fault. */
  List<String> lines() {
    return seconds.entrySet().stream()
        .map(
            entry -> {
              List<Double> times = entry.getValue().stream().sorted().toList();
              return String.format(
                  Locale.ROOT,
                  "%s: median %.1f s, most %.1f s of %d",
                  entry.getKey(),
                  times.get(times.size() / 2),
                  times.get(times.size() - 1),
                  times.size());
            })
        .toList();
  }

  Map<String, List<Double>> seconds() {
    return seconds;
  }
}

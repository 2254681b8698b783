package io.github.refragstreams.app.load;

import io.github.refragstreams.app.bench.Memory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Twice as many questions as can be answered: as configured, and with other settings, the same
 * questions at the same times.
 */
final class Overload {
  private static final Duration USUAL = Duration.ofMinutes(2);
  private static final double LOAD = 2;

  private final LoadBench bench;
  private final double rate;

  private Overload(LoadBench bench) {
    this.bench = bench;
    this.rate = LOAD * bench.capacity();
  }

  static Measured run(LoadBench bench) {
    return new Overload(bench).measure();
  }

  private Measured measure() {
    Map<String, String> against = bench.options().against();
    return new Measured(
        "overload",
        List.of(
            row("as configured", Setup.plain()),
            row("with " + against, new Setup(1, true, against))),
        Map.of("questions/s", rate));
  }

  private Map<String, Object> row(String name, Setup setup) {
    try (Deployment deployment = bench.world().deploy(setup)) {
      Asking asking = bench.asking(deployment);
      asking.warmUp();
      Memory.forgetPeak();
      Run run =
          asking.open(
              rate, bench.options().durationOr(USUAL), bench.options().seed(), seconds -> {});
      bench.progress().accept(name + ": " + run.served().size() + " answers");
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("setup", name);
      row.put("questions", run.served().size() + run.failed());
      row.put("dropped", run.failed());
      row.put("dead letters", deployment.client().refused());
      row.put("first token p50 ms", run.firstTokenMillis().at(50));
      row.put("p95 ms", run.firstTokenMillis().at(95));
      row.put("p99 ms", run.firstTokenMillis().at(99));
      row.put("F1", 100 * bench.workload().f1(run.served()));
      row.put(
          "raw chunks %",
          100
              * run.served().stream()
                  .mapToDouble(served -> served.answer().getStats().getExpandFraction())
                  .average()
                  .orElse(Double.NaN));
      row.put("peak resident MB", Memory.peakMegabytes().orElse(0));
      return row;
    }
  }
}

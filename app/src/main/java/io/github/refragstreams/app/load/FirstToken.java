package io.github.refragstreams.app.load;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Time to the first token at half load: what the models take, and what Kafka and the topology add.
 */
final class FirstToken {
  private static final Duration USUAL = Duration.ofMinutes(2);
  private static final double LOAD = 0.5;

  private FirstToken() {}

  static Measured run(LoadBench bench) {
    LoadOptions options = bench.options();
    double rate = LOAD * bench.capacity();
    try (Deployment deployment = bench.world().deploy(Setup.atFullQuality())) {
      Asking asking = bench.asking(deployment);
      asking.warmUp();
      Run run = asking.open(rate, options.durationOr(USUAL), options.seed(), at -> {});
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("questions", run.served().size());
      figures.put("questions/s", rate);
      figures.put("failed", run.failed());
      return new Measured(
          "ttft",
          List.of(
              row("seen by a read_committed consumer", run.firstTokenMillis()),
              row("the models' own", Percentiles.of(run.served(), FirstToken::own)),
              row(
                  "difference, question by question",
                  Percentiles.of(run.served(), Served::firstTokenOverheadMillis))),
          figures);
    }
  }

  private static double own(Served served) {
    return served.firstTokenMillis() - served.firstTokenOverheadMillis();
  }

  private static Map<String, Object> row(String what, Percentiles millis) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("time to first token", what);
    row.put("p50 ms", millis.at(50));
    row.put("p95 ms", millis.at(95));
    row.put("p99 ms", millis.at(99));
    return row;
  }
}

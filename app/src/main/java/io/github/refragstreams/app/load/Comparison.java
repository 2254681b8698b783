package io.github.refragstreams.app.load;

import io.github.refragstreams.app.eval.Medians;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The same questions, as many at a time as the machine can do, of deployments that differ. */
final class Comparison {
  private final LoadBench bench;
  private final Map<String, Setup> setups;
  private final Map<String, List<Run>> runs = new LinkedHashMap<>();

  private Comparison(LoadBench bench, Map<String, Setup> setups) {
    this.bench = bench;
    this.setups = setups;
  }

  /** Stream threads and instances: more of them than cores must cost nothing. */
  static Measured threads(LoadBench bench) {
    Map<String, Setup> setups = new LinkedHashMap<>();
    setups.put("1 instance, 1 stream thread", Setup.atFullQuality().withThreads(1));
    setups.put("1 instance, 2 stream threads", Setup.atFullQuality().withThreads(2));
    setups.put(
        "2 instances, 1 stream thread each", Setup.atFullQuality().withThreads(1).withInstances(2));
    setups.put(
        "2 instances, 2 stream threads each",
        Setup.atFullQuality().withThreads(2).withInstances(2));
    return new Comparison(bench, setups).measure("threads");
  }

  /** What exactly-once costs. */
  static Measured guarantees(LoadBench bench) {
    Map<String, Setup> setups = new LinkedHashMap<>();
    setups.put("at least once", Setup.atFullQuality().atLeastOnce());
    setups.put("exactly once", Setup.atFullQuality());
    return new Comparison(bench, setups).measure("guarantees");
  }

  private Measured measure(String section) {
    for (int i = 1; i <= bench.options().repetitions(); i++) {
      for (Map.Entry<String, Setup> setup : setups.entrySet()) {
        try (Deployment deployment = bench.world().deploy(setup.getValue())) {
          Asking asking = bench.asking(deployment);
          asking.warmUp();
          runs.computeIfAbsent(setup.getKey(), key -> new ArrayList<>())
              .add(asking.closed(LoadOptions.BUSY, asking.workload().size()));
        }
        bench.progress().accept("repetition " + i + ", " + setup.getKey());
      }
    }
    return new Measured(
        section,
        setups.keySet().stream().map(this::row).toList(),
        Map.of("failed", runs.values().stream().flatMap(List::stream).mapToInt(Run::failed).sum()));
  }

  private Map<String, Object> row(String setup) {
    double first = perSecond(setups.keySet().iterator().next());
    List<Served> served =
        runs.getOrDefault(setup, List.of()).stream().flatMap(run -> run.served().stream()).toList();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("setup", setup);
    row.put("answers/s", perSecond(setup));
    row.put("over the first", perSecond(setup) / first);
    row.put("first token p50 ms", Percentiles.of(served, Served::firstTokenMillis).at(50));
    row.put("answer p50 ms", Percentiles.of(served, Served::answerMillis).at(50));
    row.put("answer p95 ms", Percentiles.of(served, Served::answerMillis).at(95));
    return row;
  }

  private double perSecond(String setup) {
    return Medians.of(
        runs.getOrDefault(setup, List.of()).stream().mapToDouble(Run::answersPerSecond).toArray());
  }
}

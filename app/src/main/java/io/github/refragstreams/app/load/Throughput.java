package io.github.refragstreams.app.load;

import io.github.refragstreams.app.eval.Medians;
import io.github.refragstreams.schemas.Mode;
import io.github.refragstreams.schemas.QueryOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Answers per second by concurrency, from compressed passages and from the same ones in full. */
final class Throughput {
  private final LoadBench bench;
  private final Map<Integer, List<Run>> compressed = new LinkedHashMap<>();
  private final Map<Integer, List<Run>> full = new LinkedHashMap<>();

  private Throughput(LoadBench bench) {
    this.bench = bench;
  }

  static Measured run(LoadBench bench) {
    return new Throughput(bench).measure();
  }

  private Measured measure() {
    LoadOptions options = bench.options();
    try (Deployment deployment = bench.world().deploy(Setup.atFullQuality())) {
      Asking asking = bench.asking(deployment);
      Asking inFull =
          asking.with(QueryOptions.newBuilder(options.answers()).setMode(Mode.FULL).build());
      asking.warmUp();
      for (int i = 1; i <= options.repetitions(); i++) {
        for (int concurrency : options.concurrency()) {
          add(compressed, concurrency, asking);
          add(full, concurrency, inFull);
          bench.progress().accept("repetition " + i + ", concurrency " + concurrency);
        }
      }
      return new Measured(
          "throughput",
          options.concurrency().stream().map(this::row).toList(),
          Map.of("failed", failed(), "dead letters", deployment.client().refused()));
    }
  }

  private static void add(Map<Integer, List<Run>> runs, int concurrency, Asking asking) {
    int questions = Math.max(asking.workload().size(), 2 * concurrency);
    runs.computeIfAbsent(concurrency, key -> new ArrayList<>())
        .add(asking.closed(concurrency, questions));
  }

  private Map<String, Object> row(int concurrency) {
    int least = bench.options().concurrency().get(0);
    double perSecond = perSecond(compressed, concurrency);
    double fullPerSecond = perSecond(full, concurrency);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("concurrency", concurrency);
    row.put("answers/s", perSecond);
    row.put("over " + least, perSecond / perSecond(compressed, least));
    row.put("full answers/s", fullPerSecond);
    row.put("full over " + least, fullPerSecond / perSecond(full, least));
    row.put("compressed/full", perSecond / fullPerSecond);
    row.put("first token p50 ms", firstToken(compressed, concurrency));
    row.put("full first token p50 ms", firstToken(full, concurrency));
    row.put("positions", positions(compressed, concurrency));
    row.put("full positions", positions(full, concurrency));
    return row;
  }

  private static double perSecond(Map<Integer, List<Run>> runs, int concurrency) {
    return Medians.of(
        runs.getOrDefault(concurrency, List.of()).stream()
            .mapToDouble(Run::answersPerSecond)
            .toArray());
  }

  private static double firstToken(Map<Integer, List<Run>> runs, int concurrency) {
    return Percentiles.of(served(runs, concurrency), Served::firstTokenMillis).at(50);
  }

  private static double positions(Map<Integer, List<Run>> runs, int concurrency) {
    return Percentiles.of(
            served(runs, concurrency), served -> served.answer().getStats().getPromptPositions())
        .at(50);
  }

  private static List<Served> served(Map<Integer, List<Run>> runs, int concurrency) {
    return runs.getOrDefault(concurrency, List.of()).stream()
        .flatMap(run -> run.served().stream())
        .toList();
  }

  private int failed() {
    return Stream.of(compressed, full)
        .flatMap(runs -> runs.values().stream())
        .flatMap(List::stream)
        .mapToInt(Run::failed)
        .sum();
  }
}

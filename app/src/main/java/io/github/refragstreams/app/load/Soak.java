package io.github.refragstreams.app.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Questions at 70 % load for a long time. The cache holds fewer passages than are asked for, so
 * that vectors come and go all the time; answered queries are forgotten after two minutes. Load is
 * of what is answered with such a cache: with more, questions would wait in the state, more and
 * more of them, and it would grow for that reason.
 */
final class Soak {
  private static final Duration USUAL = Duration.ofMinutes(30);
  private static final double LOAD = 0.7;
  private static final int SAMPLES = 60;
  private static final double MEGABYTE = 1 << 20;

  /** The first samples see stores and pools fill: they are not part of the slope. */
  private static final double WARM = 0.2;

  private final LoadBench bench;
  private final List<Vitals> vitals = new ArrayList<>();

  private Soak(LoadBench bench) {
    this.bench = bench;
  }

  static Measured run(LoadBench bench) {
    return new Soak(bench).measure();
  }

  private Measured measure() {
    Duration duration = bench.options().durationOr(USUAL);
    double rate = LOAD * bench.capacity(bounded(Setup.atFullQuality()));
    try (Deployment deployment = bench.world().deploy(bounded(Setup.plain()))) {
      Asking asking = bench.asking(deployment);
      asking.warmUp();
      double every = duration.toSeconds() / (double) SAMPLES;
      Run run =
          asking.open(
              rate,
              duration,
              bench.options().seed(),
              seconds -> {
                if (seconds >= every * vitals.size()) {
                  sample(seconds, deployment);
                }
              });
      sample(run.seconds(), deployment);
      return new Measured("soak", rows(), figures(run, deployment, rate));
    }
  }

  /** With stores that are full soon. */
  private Setup bounded(Setup setup) {
    int passages = bench.workload().size() * bench.options().passages();
    return setup
        .with("cache.max-entries", String.valueOf(Math.max(1, passages / 2)))
        .with("answer.duplicate-window", "2m");
  }

  private void sample(double seconds, Deployment deployment) {
    vitals.add(
        Vitals.of(
            seconds, deployment.members().get(0).stateBytes(), deployment.client().unanswered()));
    bench
        .progress()
        .accept(String.format(Locale.ROOT, "%.0f s, %s", seconds, vitals.get(vitals.size() - 1)));
  }

  private List<Map<String, Object>> rows() {
    return List.of(
        row("heap after collection, MB", sample -> sample.heapBytes() / MEGABYTE),
        row("native memory, MB", sample -> sample.nativeBytes() / MEGABYTE),
        row("state, MB", sample -> sample.stateBytes() / MEGABYTE),
        row("threads", Vitals::threads),
        row("open files", Vitals::files),
        row("questions without answer", Vitals::unanswered));
  }

  private Map<String, Object> row(String what, ToDoubleFunction<Vitals> value) {
    List<Vitals> warm = vitals.subList((int) (WARM * vitals.size()), vitals.size());
    double[] hours = warm.stream().mapToDouble(sample -> sample.seconds() / 3600).toArray();
    double[] values = warm.stream().mapToDouble(value).toArray();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("what", what);
    row.put("first", values[0]);
    row.put("last", values[values.length - 1]);
    row.put("most", Percentiles.of(warm, value).at(100));
    row.put("slope per hour", Slope.of(hours, values));
    return row;
  }

  private static Map<String, Object> figures(Run run, Deployment deployment, double rate) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("questions", run.served().size() + run.failed());
    figures.put("questions/s", rate);
    figures.put("unanswered", run.failed());
    figures.put("answered twice", deployment.client().surplus());
    figures.put("dead letters", deployment.client().refused());
    figures.put("first token p50 ms", run.firstTokenMillis().at(50));
    figures.put("first token p95 ms", run.firstTokenMillis().at(95));
    return figures;
  }
}

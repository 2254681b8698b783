package io.github.refragstreams.app.telemetry;

import io.github.refragstreams.app.http.HttpMeters;
import io.github.refragstreams.model.MeterSpec;
import io.github.refragstreams.model.ModelMeters;
import io.github.refragstreams.topology.TopologyMeters;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The reference page of the meters, made from their specifications. */
public final class MetricsReference {
  private static final String INTRODUCTION =
      """
      # Metrics

      Generated from the code by `refrag metrics-reference`; a test compares it.

      Names, units and tags are stable: a change is announced in the changelog. The first name is Micrometer's, for
      those who hand their own `MeterRegistry` to `ModelRuntime.open` and `RagTopology.build`; the second is what
      `/metrics` shows to Prometheus. Timers and summaries are histograms there (`_bucket`, `_count`, `_sum`, and `_max`
      of the last minutes). Counters start at zero with the process and count work, which after a crash is done again.

      """;

  private static final String OTHERS =
      """

      ## Others

      `/metrics` also shows what Micrometer's binders read from Kafka Streams and its clients (`kafka_…`, for instance
      `kafka_stream_state`, `kafka_stream_thread_commit_total` and `kafka_consumer_fetch_manager_records_lag_max`), from
      the JVM (`jvm_…`) and from the process (`process_…`, `system_…`). Their names are Kafka's and Micrometer's.
      """;

  private MetricsReference() {}

  /** Every meter of ours. */
  public static List<MeterSpec> specs() {
    return Stream.of(ModelMeters.ALL, TopologyMeters.ALL, HttpMeters.ALL)
        .flatMap(List::stream)
        .toList();
  }

  /** Markdown with one row per meter. */
  public static String markdown() {
    return INTRODUCTION
        + "## Models\n\n"
        + table(ModelMeters.ALL)
        + "\n## Topology\n\n"
        + table(TopologyMeters.ALL)
        + "\n## HTTP API\n\n"
        + table(HttpMeters.ALL)
        + OTHERS;
  }

  /** What Prometheus calls a meter, without the endings of a histogram. */
  public static String prometheusName(MeterSpec spec) {
    String name = new PrometheusNamingConvention().name(spec.name(), type(spec), spec.unit());
    return spec.kind() == MeterSpec.Kind.COUNTER ? name + "_total" : name;
  }

  private static String table(List<MeterSpec> specs) {
    StringBuilder rows =
        new StringBuilder("| meter | kind | unit | tags | meaning |\n|---|---|---|---|---|\n");
    for (MeterSpec spec : specs) {
      rows.append("| `")
          .append(spec.name())
          .append("`<br>`")
          .append(prometheusName(spec))
          .append("` | ")
          .append(spec.kind().name().toLowerCase(Locale.ROOT))
          .append(" | ")
          .append(spec.unit())
          .append(" | ")
          .append(spec.tags().isEmpty() ? "–" : "`" + String.join("` `", spec.tags()) + "`")
          .append(" | ")
          .append(spec.meaning())
          .append(" |\n");
    }
    return rows.toString();
  }

  private static Meter.Type type(MeterSpec spec) {
    return switch (spec.kind()) {
      case COUNTER -> Meter.Type.COUNTER;
      case GAUGE -> Meter.Type.GAUGE;
      case TIMER -> Meter.Type.TIMER;
      case SUMMARY -> Meter.Type.DISTRIBUTION_SUMMARY;
    };
  }
}

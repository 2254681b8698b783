package io.github.refragstreams.app.eval;

import io.github.refragstreams.app.text.Table;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The result of an evaluation, as a table for people and as values for JSON. */
public final class EvalReport {
  private final Map<EvalSystem, SystemScore> scores;
  private final EvalOptions options;
  private final String bundle;

  EvalReport(Map<EvalSystem, SystemScore> scores, EvalOptions options, String bundle) {
    this.scores = scores;
    this.options = options;
    this.bundle = bundle;
  }

  /** One line per system. */
  public Table table() {
    Table table =
        new Table(
            "system",
            "EM",
            "F1",
            "95 % interval",
            "positions",
            "compression",
            "TTFT cached ms",
            "TTFT uncached ms",
            "retention",
            "refrag - it (95 %)");
    scores.forEach(
        (system, score) -> {
          Interval interval = score.f1Interval(options.seed());
          table.row(
              system.id(),
              percent(score.exactMatch()),
              percent(score.f1()),
              percent(interval.low()) + "-" + percent(interval.high()),
              decimal(score.positions(), 0),
              decimal(score.compression(), 2),
              decimal(score.cachedMillis(), 0),
              decimal(score.uncachedMillis(), 0),
              decimal(retention(score), 2),
              shown(difference(system)));
        });
    return table;
  }

  /** The values by name; a value that does not exist is null. */
  public Map<String, Object> values() {
    Map<String, Object> systems = new LinkedHashMap<>();
    scores.forEach((system, score) -> systems.put(system.id(), values(system, score)));
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("systems", systems);
    values.put("bundle", bundle);
    values.put("seed", options.seed());
    values.put("k", options.chunkTokens());
    ExpansionValues.put(options.expansion(), values);
    values.put("match", options.match().id());
    PrefillCost prefillCost = options.prefillCost();
    if (prefillCost != null) {
      values.put("prefill_cost", prefillCost.values());
    }
    return values;
  }

  private Map<String, @Nullable Object> values(EvalSystem system, SystemScore score) {
    Interval interval = score.f1Interval(options.seed());
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("em", finite(score.exactMatch()));
    values.put("f1", finite(score.f1()));
    values.put("f1_low", finite(interval.low()));
    values.put("f1_high", finite(interval.high()));
    values.put("positions", finite(score.positions()));
    values.put("compression", finite(score.compression()));
    values.put("ttft_ms_cached", finite(score.cachedMillis()));
    values.put("ttft_ms_uncached", finite(score.uncachedMillis()));
    values.put("retention", finite(retention(score)));
    values.put("questions", score.questions());
    values.put("left_out", score.leftOut());
    PairedDifference difference = difference(system);
    values.put("paired_difference", finite(difference.mean()));
    values.put("paired_low", finite(difference.interval().low()));
    values.put("paired_high", finite(difference.interval().high()));
    return values;
  }

  /** By how much refrag's F1 is above a system's; NaN for refrag itself or without it. */
  private PairedDifference difference(EvalSystem system) {
    SystemScore refrag = scores.get(EvalSystem.REFRAG);
    SystemScore score = scores.get(system);
    return refrag == null || score == null || score == refrag
        ? PairedDifference.NONE
        : refrag.above(score, options.seed());
  }

  /** Share of what full passages gain over none; NaN unless both were run and there is a gain. */
  private double retention(SystemScore score) {
    SystemScore none = scores.get(EvalSystem.NONE);
    SystemScore full = scores.get(EvalSystem.FULL);
    if (none == null || full == null || !(full.above(none, options.seed()).interval().low() > 0)) {
      return Double.NaN;
    }
    return (score.f1() - none.f1()) / (full.f1() - none.f1());
  }

  private static String shown(PairedDifference difference) {
    return Double.isFinite(difference.mean())
        ? percent(difference.mean())
            + " ("
            + percent(difference.interval().low())
            + " to "
            + percent(difference.interval().high())
            + ")"
        : "-";
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static String percent(double share) {
    return decimal(100 * share, 1);
  }

  private static String decimal(double value, int digits) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + digits + "f", value) : "-";
  }
}

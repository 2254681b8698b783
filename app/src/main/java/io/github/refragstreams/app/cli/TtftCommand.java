package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.bench.Memory;
import io.github.refragstreams.app.bench.StepBench;
import io.github.refragstreams.app.bench.TtftBench;
import io.github.refragstreams.app.bench.TtftRow;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.eval.ExpansionValues;
import io.github.refragstreams.app.retriever.Factbook;
import io.github.refragstreams.app.service.Bundles;
import io.github.refragstreams.app.text.Table;
import io.github.refragstreams.model.ModelBundle;
import io.github.refragstreams.model.ModelRuntime;
import io.github.refragstreams.model.PlanOptions;
import io.github.refragstreams.model.Precision;
import io.github.refragstreams.schemas.Mode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag bench ttft}. */
@Command(
    name = "ttft",
    description =
        "Time to the first token over factbook passages: all raw (full), as vectors that are cached,"
            + " as vectors that are computed first, as cached vectors with a share of the chunks raw"
            + " (mixed). Then what the decoder's parts cost.",
    footerHeading = Examples.HEADING,
    footer = "  refrag bench ttft --k 8,16 --contexts 512,4096")
final class TtftCommand implements Callable<Integer> {
  /** Positions beside the passages' tokens: head, question, and a label of some tokens each. */
  private static final int OTHER_POSITIONS = 256;

  private static final int ANSWER_TOKENS = 1;

  private final Supplier<OptionalLong> peakMegabytes;

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Option(
      names = "--contexts",
      split = ",",
      paramLabel = "TOKENS",
      defaultValue = "512,1024,4096,16384",
      description = "Tokens of the passages, separated by commas; default: ${DEFAULT-VALUE}.")
  private List<Integer> contexts;

  @Option(
      names = "--k",
      split = ",",
      paramLabel = "K",
      description = "Tokens per chunk, separated by commas; default: all of the bundle.")
  private @Nullable List<Integer> chunkSizes;

  @Option(
      names = "--expand",
      paramLabel = "P",
      description =
          "Share of the chunks that stay raw in the mixed prompt, 0 to 1; default: the"
              + " configuration's answer.expand-fraction, of answer.expand-least-tokens to"
              + " answer.expand-tokens tokens.")
  private @Nullable Float expand;

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      defaultValue = "3",
      description = "Repetitions; medians are reported; default: ${DEFAULT-VALUE}.")
  private int repetitions;

  @Option(names = "--out", paramLabel = "FILE", description = "Write the result as JSON.")
  private @Nullable Path out;

  @Option(names = "--json", description = "Print the result as JSON instead of tables.")
  private boolean json;

  TtftCommand() {
    this(Memory::peakMegabytes);
  }

  /**
   * @param peakMegabytes most megabytes of memory that were resident so far, if they are known
   */
  TtftCommand(Supplier<OptionalLong> peakMegabytes) {
    this.peakMegabytes = peakMegabytes;
  }

  @Override
  public Integer call() {
    Progress progress = new Progress(spec.commandLine().getErr());
    Arguments.atLeast(1, "--repetitions", repetitions);
    contexts.forEach(context -> Arguments.atLeast(1, "--contexts", context));
    AppConfig settings = config.load();
    ModelBundle bundle = Bundles.read(settings.bundle());
    List<Integer> ks = chunkSizes == null ? bundle.info().chunkSizes() : chunkSizes;
    ks.forEach(k -> Arguments.chunkTokens(k, bundle.info()));
    Collection<Passage> corpus = Factbook.passages();
    if (expand != null) {
      Arguments.fraction("--expand", expand);
    }
    int longest = contexts.stream().mapToInt(Integer::intValue).max().orElse(0);
    int positions = longest + longest / 32 + OTHER_POSITIONS;
    PlanOptions served =
        settings.topology().answer().plan(Mode.MIXED, expand, positions - ANSWER_TOKENS);
    List<TtftRow> rows = ttft(settings, bundle, corpus, ks, served, progress);
    // The steps load a bundle twice more, once in fp32: that is no memory of answering.
    OptionalLong peak = peakMegabytes.get();
    StepBench.Result steps = steps(settings, bundle, corpus, progress);
    Map<String, Object> values = values(rows, steps, served, peak);
    values.put("bundle", bundle.info().id());
    print(rows, steps, peak, bundle.contextPositions(), values);
    if (out != null) {
      Json.write(out, values);
    }
    return ExitCodes.OK;
  }

  private List<TtftRow> ttft(
      AppConfig settings,
      ModelBundle bundle,
      Collection<Passage> corpus,
      List<Integer> ks,
      PlanOptions served,
      Progress progress) {
    int positions = served.maxPositions() + ANSWER_TOKENS;
    try (ModelRuntime runtime =
        progress.step(
            "loading bundle " + settings.bundle().folder(),
            () ->
                Interrupted.thenClose(
                    Bundles.open(bundle, settings.runtime().withDecoder(1, positions))))) {
      return new TtftBench(
              runtime.models(), corpus, bundle.contextPositions(), served, progress::say)
          .run(contexts, ks, repetitions);
    }
  }

  private StepBench.Result steps(
      AppConfig settings, ModelBundle bundle, Collection<Passage> corpus, Progress progress) {
    var small = settings.runtime().withDecoder(4, 1024);
    try (ModelRuntime quantised = Interrupted.thenClose(Bundles.open(bundle, small));
        ModelRuntime fp32 =
            Interrupted.thenClose(
                Bundles.open(bundle, small.withPrecision(Precision.FP32).withDecoder(1, 1024)))) {
      String text = corpus.stream().limit(5).map(Passage::text).collect(Collectors.joining("\n"));
      int[] tokens = quantised.tokenizer().tokenize(text).ids();
      return progress.step(
          "measuring prefill and decode steps",
          () -> new StepBench(quantised, fp32, tokens).run(repetitions));
    }
  }

  private static Map<String, Object> values(
      List<TtftRow> rows, StepBench.Result steps, PlanOptions served, OptionalLong peak) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (TtftRow row : rows) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("context", row.context());
      values.put("k", row.chunkTokens());
      values.put("full_ms", row.fullMillis());
      values.put("cached_ms", row.cachedMillis());
      values.put("uncached_ms", row.uncachedMillis());
      values.put("full_over_cached", row.fullOverCached());
      values.put("full_over_uncached", row.fullOverUncached());
      values.put("full_positions", row.fullPositions());
      values.put("compressed_positions", row.compressedPositions());
      values.put("mixed_ms", row.mixedMillis());
      values.put("mixed_positions", row.mixedPositions());
      values.put("full_over_mixed", row.fullOverMixed());
      values.put("beyond_window", row.beyondWindow());
      list.add(values);
    }
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("prefill_576_quantised_ms", steps.quantisedMillis());
    parts.put("prefill_576_fp32_ms", steps.fp32Millis());
    parts.put("fp32_over_quantised", steps.fp32OverQuantised());
    parts.put("step_1_row_ms", steps.singleStepMillis());
    parts.put("step_4_rows_ms", steps.fourRowStepMillis());
    parts.put("step_4_rows_over_4_steps", steps.fourRowsOverFourSteps());
    parts.put("step_overhead_ms", steps.overheadMillis());
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("rows", list);
    values.put("steps", parts);
    ExpansionValues.put(served.expansion(), values);
    if (peak.isPresent()) {
      values.put("peak_rss_mb", peak.getAsLong());
    }
    return values;
  }

  private void print(
      List<TtftRow> rows,
      StepBench.Result steps,
      OptionalLong peak,
      int window,
      Map<String, Object> values) {
    PrintWriter stdout = spec.commandLine().getOut();
    if (json) {
      stdout.println(Json.line(values));
      return;
    }
    Table table =
        new Table(
            "context",
            "k",
            "positions full",
            "compressed",
            "mixed",
            "full ms",
            "cached ms",
            "uncached ms",
            "mixed ms",
            "full/cached",
            "full/uncached",
            "full/mixed");
    for (TtftRow row : rows) {
      table.row(
          row.context() + (row.beyondWindow() ? " *" : ""),
          String.valueOf(row.chunkTokens()),
          String.valueOf(row.fullPositions()),
          String.valueOf(row.compressedPositions()),
          String.valueOf(row.mixedPositions()),
          decimal(row.fullMillis(), 0),
          decimal(row.cachedMillis(), 0),
          decimal(row.uncachedMillis(), 0),
          decimal(row.mixedMillis(), 0),
          decimal(row.fullOverCached(), 1) + "x",
          decimal(row.fullOverUncached(), 1) + "x",
          decimal(row.fullOverMixed(), 1) + "x");
    }
    stdout.print(table);
    if (rows.stream().anyMatch(TtftRow::beyondWindow)) {
      stdout.println("* the full prompt is beyond the model's window of " + window + " positions");
    }
    stdout.println();
    stdout.print(
        new Table("part", "ms", "ratio")
            .row("prefill of 576 positions, quantised", decimal(steps.quantisedMillis(), 0), "")
            .row(
                "prefill of 576 positions, fp32",
                decimal(steps.fp32Millis(), 0),
                decimal(steps.fp32OverQuantised(), 2) + "x")
            .row("decode step, one row", decimal(steps.singleStepMillis(), 2), "")
            .row(
                "decode step, four rows",
                decimal(steps.fourRowStepMillis(), 2),
                decimal(steps.fourRowsOverFourSteps(), 2) + "x of four steps")
            .row("Java around a step", decimal(steps.overheadMillis(), 3), ""));
    peak.ifPresent(megabytes -> stdout.println("peak resident memory: " + megabytes + " MB"));
    stdout.flush();
  }

  private static String decimal(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}

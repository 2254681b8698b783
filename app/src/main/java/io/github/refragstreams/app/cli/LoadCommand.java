package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.load.LoadOptions;
import io.github.refragstreams.app.load.LoadWorld;
import io.github.refragstreams.app.load.Machine;
import io.github.refragstreams.app.load.Measured;
import io.github.refragstreams.app.load.Section;
import io.github.refragstreams.app.load.Workload;
import io.github.refragstreams.app.service.Bundles;
import io.github.refragstreams.model.BundleInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code refrag bench load}. */
@Command(
    name = "load",
    description =
        "The whole path under load: Kafka, topology and bundle in one process, factbook questions"
            + " and passages. What is compared runs in turn; read the ratios.",
    footerHeading = Examples.HEADING,
    footer = "  refrag bench load throughput ttft --report load.md")
final class LoadCommand implements Callable<Integer> {
  /** Answers of the longest kind that have room at the decoder; shorter ones take less of it. */
  private static final int LONGEST_AT_A_TIME = 4;

  /** What overload is compared with. */
  private static final Map<String, String> AGAINST = Map.of("degrade.enabled", "false");

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Parameters(
      paramLabel = "SECTION",
      arity = "0..*",
      description = "What to measure: ${COMPLETION-CANDIDATES}, in any case; default: all.")
  private List<Section> sections = new ArrayList<>();

  @Option(
      names = "--questions",
      paramLabel = "N",
      defaultValue = "24",
      description = "Questions of one measurement; default: ${DEFAULT-VALUE}.")
  private int questions;

  @Option(
      names = "--passages",
      paramLabel = "N",
      defaultValue = "10",
      description = "Passages of each question; default: ${DEFAULT-VALUE}.")
  private int passages;

  @Mixin private PlanOptions plan;

  @Option(
      names = "--positions",
      paramLabel = "N",
      defaultValue = "4096",
      description =
          "Most positions of a prompt: all passages in full must fit; default: ${DEFAULT-VALUE}.")
  private int positions;

  @Option(
      names = "--concurrency",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,2,4,8,16",
      description = "Questions at a time, separated by commas; default: ${DEFAULT-VALUE}.")
  private List<Integer> concurrency;

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      defaultValue = "3",
      description = "Repetitions of what is compared; default: ${DEFAULT-VALUE}.")
  private int repetitions;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description =
          "Length of measurements over time; default: 120 for ttft and overload, 1800 for"
              + " soak.")
  private @Nullable Integer seconds;

  @Option(
      names = "--against",
      paramLabel = "KEY=VALUE",
      description =
          "A setting that overload is measured with a second time, to compare; default:"
              + " degrade.enabled=false.")
  private Map<String, String> against = new LinkedHashMap<>();

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "7",
      description = "Decides on questions, passages and arrivals; default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--out", paramLabel = "FILE", description = "Write the result as JSON.")
  private @Nullable Path out;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write the result with command and machine as Markdown.")
  private @Nullable Path report;

  @Option(names = "--json", description = "Print the result as JSON instead of tables.")
  private boolean json;

  @Override
  public Integer call() {
    Progress progress = new Progress(spec.commandLine().getErr());
    LoadOptions options = options();
    AppConfig settings = settings(Map.of());
    BundleInfo bundle = Bundles.read(settings.bundle()).info();
    Integer chunkTokens = plan.chunkTokens();
    Arguments.chunkTokens(chunkTokens, bundle);
    int k = chunkTokens == null ? bundle.defaultChunkTokens() : chunkTokens;
    List<Measured> measured = new ArrayList<>();
    Workload workload =
        progress.step("looking passages up", () -> Workload.factbook(seed, questions, passages));
    try (LoadWorld world =
        progress.step("starting broker and bundle", () -> new LoadWorld(this::settings, k))) {
      for (Section section : sections.isEmpty() ? List.of(Section.values()) : sections) {
        Measured result =
            section.measure(
                world, workload, options, line -> progress.say(name(section) + ": " + line));
        measured.add(result);
        if (!json) {
          print(result);
        }
      }
    }
    write(measured, values(measured, bundle, k));
    return ExitCodes.OK;
  }

  private LoadOptions options() {
    Arguments.atLeast(1, "--questions", questions);
    Arguments.atLeast(1, "--passages", passages);
    Arguments.atLeast(1, "--repetitions", repetitions);
    concurrency.forEach(number -> Arguments.atLeast(1, "--concurrency", number));
    return new LoadOptions(
        seed,
        questions,
        passages,
        repetitions,
        concurrency,
        seconds == null ? null : Duration.ofSeconds(Arguments.atLeast(1, "--seconds", seconds)),
        plan.toQueryOptions(),
        against.isEmpty() ? AGAINST : against);
  }

  /** The user's settings, those of a measurement, and room for all passages in full. */
  private AppConfig settings(Map<String, String> measurement) {
    Map<String, String> given = new HashMap<>(measurement);
    given.put("model.max-positions", String.valueOf(positions));
    given.put("answer.max-positions", String.valueOf(positions));
    given.put("model.kv-positions", String.valueOf(LONGEST_AT_A_TIME * positions));
    return config.load(given);
  }

  private void print(Measured result) {
    PrintWriter stdout = spec.commandLine().getOut();
    stdout.println(result.section());
    stdout.println();
    stdout.println(result.text());
    stdout.flush();
  }

  private Map<String, Object> values(List<Measured> measured, BundleInfo bundle, int k) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("command", command());
    values.put("date", LocalDate.now().toString());
    values.put("seed", seed);
    values.put("machine", Machine.description());
    values.put("bundle", bundle.id());
    values.put("k", k);
    Map<String, Object> all = new LinkedHashMap<>();
    for (Measured result : measured) {
      all.put(result.section(), Map.of("rows", result.rows(), "figures", result.figures()));
    }
    values.put("sections", all);
    return values;
  }

  private void write(List<Measured> measured, Map<String, Object> values) {
    if (json) {
      spec.commandLine().getOut().println(Json.line(values));
      spec.commandLine().getOut().flush();
    }
    if (out != null) {
      Json.write(out, values);
    }
    if (report != null) {
      write(report, report(measured, values));
    }
  }

  private static String report(List<Measured> measured, Map<String, Object> values) {
    StringBuilder text = new StringBuilder("# Load\n\n");
    text.append("```\n").append(values.get("command")).append("\n```\n\n");
    text.append(values.get("date")).append(", seed ").append(values.get("seed")).append(", ");
    text.append(values.get("bundle")).append(", k = ").append(values.get("k")).append(", ");
    text.append(values.get("machine")).append(".\n");
    for (Measured result : measured) {
      text.append("\n## ").append(result.section()).append("\n\n```\n").append(result.text());
      text.append("```\n");
    }
    return text.toString();
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw Json.notWritable(file, e);
    }
  }

  private String command() {
    return "./refrag "
        + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
  }

  private static String name(Section section) {
    return section.name().toLowerCase(Locale.ROOT);
  }
}

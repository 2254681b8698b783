package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.faults.FaultOptions;
import io.github.refragstreams.app.faults.FaultReport;
import io.github.refragstreams.app.faults.FaultRun;
import io.github.refragstreams.app.faults.Schedule;
import io.github.refragstreams.topology.GroupProtocol;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag bench faults}. */
@Command(
    name = "faults",
    description =
        "Kills, stops and starves real processes in the middle of their work, and checks that every"
            + " query was answered exactly once all the same.",
    footerHeading = Examples.HEADING,
    footer = "  refrag bench faults --rounds 3 --seed 7")
final class FaultsCommand implements Callable<Integer> {
  enum ModelChoice {
    SLOW,
    BUNDLE
  }

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "1",
      description = "Rounds, each with every kind of fault; default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Decides what happens, in which order; default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--queries",
      paramLabel = "N",
      defaultValue = "120",
      description = "Queries of a round, about; default: ${DEFAULT-VALUE}.")
  private int queries;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      description = "classic or streams; default: one after the other.")
  private @Nullable GroupProtocol protocol;

  @Option(
      names = "--session-timeout",
      paramLabel = "SECONDS",
      defaultValue = "6",
      description =
          "How long a silent instance stays a member of its group; default: ${DEFAULT-VALUE},"
              + " Kafka's is 45.")
  private int session;

  @Option(
      names = "--models",
      defaultValue = "slow",
      description =
          "slow: models that compute next to nothing, so that answers can be recomputed; bundle:"
              + " the bundle's. Default: ${DEFAULT-VALUE}.")
  private ModelChoice models = ModelChoice.SLOW;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "Data, state and logs of the processes; default: a temporary folder.")
  private @Nullable Path folder;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Progress progress = new Progress(spec.commandLine().getErr());
    AppConfig settings = config.load();
    Schedule schedule = Schedule.of(seed, Arguments.atLeast(1, "--rounds", rounds));
    Path work = folder == null ? temporary() : folder;
    progress.say("processes work in " + work);
    boolean holds = true;
    for (GroupProtocol next : protocol == null ? GroupProtocol.values() : one(protocol)) {
      progress.say("group.protocol=" + next.label());
      FaultOptions options =
          new FaultOptions(
              next,
              Arguments.atLeast(1, "--queries", queries),
              Duration.ofSeconds(Arguments.atLeast(1, "--session-timeout", session)),
              models == ModelChoice.SLOW ? FaultOptions.SLOW : FaultOptions.BUNDLE,
              settings.bundle().folder(),
              work.resolve(next.label()));
      FaultReport report = FaultRun.run(schedule, options, progress::say);
      holds &= report.violations().isEmpty();
      print(next, report);
    }
    return holds ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private static GroupProtocol[] one(GroupProtocol protocol) {
    return new GroupProtocol[] {protocol};
  }

  private void print(GroupProtocol next, FaultReport report) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("protocol", next.label());
      values.put("seed", seed);
      values.put("rounds", report.rounds());
      values.put("queries", report.queries());
      values.put("answers", report.answers());
      values.put("faults", report.faults());
      values.put("kills", report.kills());
      values.put("fail_over_seconds", report.failOverSeconds());
      values.put("skipped", report.skipped());
      values.put("violations", report.violations());
      values.put("schedule", report.schedule().toString().lines().toList());
      out.println(Json.line(values));
    } else {
      out.println("group.protocol=" + next.label());
      out.println(
          "  rounds %d, faults %d (processes killed %d), queries %d, answers %d"
              .formatted(
                  report.rounds(),
                  report.faults(),
                  report.kills(),
                  report.queries(),
                  report.answers()));
      out.println("  time until every partition answers again");
      report.failOver().forEach(line -> out.println("    after " + line));
      report.skipped().forEach(line -> out.println("  not as meant: " + line));
      printVerdict(out, report);
    }
    out.flush();
  }

  private static void printVerdict(PrintWriter out, FaultReport report) {
    List<String> violations = report.violations();
    if (violations.isEmpty()) {
      out.println("  every query was answered exactly once, and nothing is left over");
      return;
    }
    violations.forEach(violation -> out.println("  VIOLATION: " + violation));
    out.print(report.schedule());
    out.println("  failed in round " + report.rounds() + ", fault " + report.faults());
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("refrag-faults-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

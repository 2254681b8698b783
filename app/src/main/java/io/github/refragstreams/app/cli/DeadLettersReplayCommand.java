package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.DeadLetters;
import io.github.refragstreams.app.client.RefusedRecord;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.app.text.Printable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code refrag dead-letters replay}. */
@Command(
    name = "replay",
    description =
        "Sends refused records to where they came from, as they came. They stay among the dead"
            + " letters; a query that was answered meanwhile is not answered again.",
    footerHeading = Examples.HEADING,
    footer = "  refrag dead-letters replay --code OVERLOADED --dry-run --config refrag.yaml")
final class DeadLettersReplayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;
  @Mixin private DeadLetterFilter filter;

  @Parameters(
      arity = "0..*",
      paramLabel = "ID",
      description = "As 'refrag dead-letters list' prints it; or choose by the options.")
  private List<String> ids = List.of();

  @Option(names = "--all", description = "All of them.")
  private boolean all;

  @Option(names = "--dry-run", description = "Only say what would be sent.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    int ways = (ids.isEmpty() ? 0 : 1) + (filter.isEmpty() ? 0 : 1) + (all ? 1 : 0);
    if (ways != 1) {
      throw new InvalidConfigException(
          "choose by ids, or by --code, --topic and --since, or --all: " + ways + " were given");
    }
    DeadLetters letters = DeadLettersCommand.open(config.load());
    List<RefusedRecord> chosen = ids.isEmpty() ? asked(letters) : named(letters);
    if (dryRun) {
      print(chosen);
      return ExitCodes.OK;
    }
    List<RefusedRecord> sent = new ArrayList<>();
    try {
      letters.replay(chosen, sent::add);
    } finally {
      // Also where the cluster goes away in the middle: these are not to be sent once more.
      print(sent);
    }
    return ExitCodes.OK;
  }

  /** Whoever names one wants this one. */
  private List<RefusedRecord> named(DeadLetters letters) {
    List<RefusedRecord> chosen = DeadLettersCommand.chosen(letters, ids);
    for (RefusedRecord record : chosen) {
      letters
          .whyNotReplayable(record)
          .ifPresent(
              why -> {
                throw new InvalidConfigException(why);
              });
    }
    return chosen;
  }

  /** Those that cannot be sent are named, and keep the others from nothing. */
  private List<RefusedRecord> asked(DeadLetters letters) {
    Progress progress = new Progress(spec.commandLine().getErr());
    Predicate<RefusedRecord> asked = filter.asked();
    List<RefusedRecord> found = new ArrayList<>();
    letters.read(
        record -> {
          if (asked.test(record)) {
            letters
                .whyNotReplayable(record)
                .ifPresentOrElse(
                    why -> progress.say("passed over: " + Printable.line(why)),
                    () -> found.add(record));
          }
        });
    return found;
  }

  private void print(List<RefusedRecord> chosen) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("replayed", !dryRun);
      values.put("records", chosen.stream().map(RefusedRecord::summary).toList());
      out.println(Json.line(values));
    } else {
      chosen.forEach(
          record ->
              out.println(
                  record.id() + " " + Printable.line(record.code()) + " to " + record.topic()));
      out.println((dryRun ? "would be sent: " : "sent: ") + chosen.size());
    }
    out.flush();
  }
}

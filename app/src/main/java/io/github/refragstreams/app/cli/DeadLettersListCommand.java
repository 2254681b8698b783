package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.NewestLetters;
import io.github.refragstreams.app.client.RefusedRecord;
import io.github.refragstreams.app.text.Printable;
import io.github.refragstreams.app.text.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag dead-letters list}. */
@Command(
    name = "list",
    description = "One line for each refused record, and how many of each code.",
    footerHeading = Examples.HEADING,
    footer = "  refrag dead-letters list --config refrag.yaml --since 2026-11-24T12:00:00Z")
final class DeadLettersListCommand implements Callable<Integer> {
  /** A key may be a megabyte. */
  private static final int LONGEST_KEY = 80;

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;
  @Mixin private DeadLetterFilter filter;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "Most lines, the newest; default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(names = "--json", description = "Print JSON, one record a line.")
  private boolean json;

  @Override
  public Integer call() {
    Arguments.atLeast(1, "--limit", limit);
    Predicate<RefusedRecord> asked = filter.asked();
    NewestLetters newest = new NewestLetters(limit);
    Map<String, Long> counts = new TreeMap<>();
    DeadLettersCommand.open(config.load())
        .read(
            record -> {
              if (asked.test(record)) {
                newest.add(record);
                counts.merge(record.code(), 1L, Long::sum);
              }
            });
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      newest.oldestFirst().forEach(record -> out.println(Json.line(record.summary())));
    } else {
      print(out, newest.oldestFirst(), counts);
    }
    out.flush();
    return ExitCodes.OK;
  }

  private static void print(PrintWriter out, List<RefusedRecord> newest, Map<String, Long> counts) {
    Table table = new Table("id", "time", "code", "source", "key");
    newest.forEach(
        record ->
            table.row(
                record.id().toString(),
                record.refusedAt().toString(),
                record.code(),
                record.source(),
                key(record)));
    out.print(table);
    out.println();
    counts.forEach((code, count) -> out.println(count + " " + Printable.line(code)));
    out.println(counts.values().stream().mapToLong(Long::longValue).sum() + " in all");
  }

  private static String key(RefusedRecord record) {
    String key = String.valueOf(record.key());
    return key.length() <= LONGEST_KEY ? key : key.substring(0, LONGEST_KEY) + "...";
  }
}

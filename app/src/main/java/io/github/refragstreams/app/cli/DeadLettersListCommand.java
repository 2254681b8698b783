package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.RefusedRecord;
import io.github.refragstreams.app.text.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag dead-letters list}. */
@Command(
    name = "list",
    description = "One line for each refused record, and how many of each code.")
final class DeadLettersListCommand implements Callable<Integer> {
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
    List<RefusedRecord> found = filter.of(DeadLettersCommand.open(config.load()).read());
    List<RefusedRecord> newest = found.subList(Math.max(0, found.size() - limit), found.size());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      newest.forEach(record -> out.println(Json.line(record.summary())));
    } else {
      print(out, found, newest);
    }
    out.flush();
    return ExitCodes.OK;
  }

  private static void print(
      PrintWriter out, List<RefusedRecord> found, List<RefusedRecord> newest) {
    Table table = new Table("id", "time", "code", "source", "key");
    newest.forEach(
        record ->
            table.row(
                record.id(),
                record.sentAt().toString(),
                record.code(),
                record.source(),
                String.valueOf(record.key())));
    out.print(table);
    out.println();
    Map<String, Long> counts =
        found.stream()
            .collect(
                Collectors.groupingBy(RefusedRecord::code, TreeMap::new, Collectors.counting()));
    counts.forEach((code, count) -> out.println(count + " " + code));
    out.println(found.size() + " in all");
  }
}

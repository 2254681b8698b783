package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.DeadLetter;
import io.github.refragstreams.app.client.DeadLetters;
import io.github.refragstreams.app.client.EventDecoder;
import io.github.refragstreams.app.client.LetterId;
import io.github.refragstreams.app.client.RefusedRecord;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.text.Printable;
import io.github.refragstreams.serde.EventSerdes;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code refrag dead-letters show}. */
@Command(
    name = "show",
    description = "Why a record was refused, and what can be done.",
    footerHeading = Examples.HEADING,
    footer = "  refrag dead-letters show 0@17 --payload --config refrag.yaml")
final class DeadLettersShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Parameters(
      arity = "1..*",
      paramLabel = "ID",
      description = "As 'refrag dead-letters list' prints it.")
  private List<String> ids;

  @Option(
      names = "--payload",
      description = "Also what the record holds: the event's fields, else its bytes in base 64.")
  private boolean payload;

  @Option(names = "--json", description = "Print JSON, one record a line.")
  private boolean json;

  @Override
  public Integer call() {
    AppConfig settings = config.load();
    DeadLetters letters = DeadLettersCommand.open(settings);
    List<LetterId> chosen =
        DeadLettersCommand.chosen(letters, ids).stream().map(RefusedRecord::id).toList();
    letters.open(chosen, letter -> print(settings, letter));
    return ExitCodes.OK;
  }

  private void print(AppConfig settings, DeadLetter letter) {
    PrintWriter out = spec.commandLine().getOut();
    Map<String, @Nullable Object> values = letter.details();
    if (payload) {
      values.put("payload", payload(settings, letter));
    }
    if (json) {
      out.println(Json.line(values));
    } else {
      values.forEach((name, value) -> out.println(name + ": " + shown(value)));
      out.println();
    }
    out.flush();
  }

  /** Further lines are moved to the right: none passes for a line of ours. */
  private static String shown(@Nullable Object value) {
    return Printable.text(String.valueOf(value)).replace("\n", "\n  ");
  }

  private static @Nullable Object payload(AppConfig settings, DeadLetter letter) {
    try (EventSerdes serdes = new EventSerdes(settings.onCluster().kafka())) {
      return letter.payload(new EventDecoder(settings.topology().topics(), serdes));
    }
  }
}

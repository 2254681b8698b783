package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.app.topics.ApplicationReset;
import io.github.refragstreams.app.topics.Remains;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag reset}. */
@Command(
    name = "reset",
    description =
        "Deletes what the application keeps: its internal topics with all caches and conversations,"
            + " its committed offsets, and its state on this machine (kafka.state.dir). Topics that"
            + " clients see stay; questions that are still in them are answered once more. Refuses"
            + " while an instance runs, and asks before it deletes.",
    footerHeading = Examples.HEADING,
    footer = "  refrag reset --config refrag.yaml --dry-run")
final class ResetCommand implements Callable<Integer> {
  private static final String YES = "yes";

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(names = "--dry-run", description = "Only say what would be deleted.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    AppConfig settings = config.load();
    if (settings.kafka().getOrDefault("bootstrap.servers", "").isBlank()) {
      throw new InvalidConfigException("kafka.bootstrap.servers is missing");
    }
    try (ApplicationReset reset = new ApplicationReset(settings)) {
      Remains remains = reset.find();
      boolean ask = !dryRun && !yes && !remains.isEmpty();
      if (!json) {
        print(remains, spec.commandLine().getOut());
      }
      Progress progress = new Progress(spec.commandLine().getErr());
      if (isActive(remains, progress)) {
        printJson(remains, false);
        return ExitCodes.FAILURE;
      }
      if (json && ask) {
        // Nobody says yes to what is not shown.
        print(remains, spec.commandLine().getErr());
      }
      boolean delete = !dryRun && !remains.isEmpty() && (!ask || isConfirmed());
      if (delete) {
        reset.delete(remains);
        progress.say(
            "deleted; where other instances keep their state, delete their kafka.state.dir before"
                + " they start again");
      }
      printJson(remains, delete);
      return delete || dryRun || remains.isEmpty() ? ExitCodes.OK : ExitCodes.FAILURE;
    }
  }

  private static boolean isActive(Remains remains, Progress progress) {
    if (remains.group().filter(Remains.Group::active).isEmpty()) {
      return false;
    }
    Remains.Group group = remains.group().orElseThrow();
    progress.say(
        "group '"
            + group.name()
            + "' is "
            + group.state()
            + "; stop every 'refrag run' of it, and wait until the cluster misses those that were"
            + " killed (kafka.session.timeout.ms)");
    return true;
  }

  private boolean isConfirmed() {
    PrintWriter err = spec.commandLine().getErr();
    err.print("refrag: delete all of it? Type " + YES + " to go on: ");
    err.flush();
    try {
      String answer = StandardInput.reader().readLine();
      if (YES.equals(answer == null ? null : answer.strip())) {
        return true;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    new Progress(err).say("nothing was deleted");
    return false;
  }

  private void printJson(Remains remains, boolean deleted) {
    if (json) {
      spec.commandLine().getOut().println(Json.line(values(remains, deleted)));
      spec.commandLine().getOut().flush();
    }
  }

  private static void print(Remains remains, PrintWriter out) {
    if (remains.isEmpty()) {
      out.println("nothing to delete");
    }
    remains.topics().forEach(topic -> out.println("topic  " + topic));
    remains.group().ifPresent(group -> out.println("group  " + group.name()));
    remains.state().ifPresent(state -> out.println("state  " + state));
    out.flush();
  }

  private static Map<String, @Nullable Object> values(Remains remains, boolean deleted) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("topics", remains.topics());
    values.put("group", remains.group().map(Remains.Group::name).orElse(null));
    values.put("group_state", remains.group().map(Remains.Group::state).orElse(null));
    values.put("state", remains.state().map(Object::toString).orElse(null));
    values.put("deleted", deleted);
    return values;
  }
}

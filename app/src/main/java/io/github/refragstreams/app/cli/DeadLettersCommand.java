package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.client.DeadLetters;
import io.github.refragstreams.app.client.RefusedRecord;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.InvalidConfigException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code refrag dead-letters}. */
@Command(
    name = "dead-letters",
    description = "Reads the records that could not be used, explains them and sends them again.",
    subcommands = {
      DeadLettersListCommand.class,
      DeadLettersShowCommand.class,
      DeadLettersReplayCommand.class
    },
    footerHeading = Examples.HEADING,
    footer = "  refrag dead-letters list --config refrag.yaml")
final class DeadLettersCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "choose list, show or replay");
  }

  static DeadLetters open(AppConfig settings) {
    if (settings.kafka().getOrDefault("bootstrap.servers", "").isBlank()) {
      throw new InvalidConfigException("kafka.bootstrap.servers is missing");
    }
    return new DeadLetters(settings.kafka(), settings.topology().topics());
  }

  /**
   * @throws InvalidConfigException when there is none with one of the ids
   */
  static List<RefusedRecord> chosen(DeadLetters letters, List<String> ids) {
    Map<String, RefusedRecord> found = letters.find(ids);
    for (String id : ids) {
      if (!found.containsKey(id)) {
        throw new InvalidConfigException(
            "there is no dead letter "
                + id
                + "; ids are those that 'refrag dead-letters list' prints");
      }
    }
    return List.copyOf(found.values());
  }
}

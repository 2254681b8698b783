package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.ConfigSource;
import io.github.refragstreams.app.config.EffectiveSetting;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag config}. */
@Command(
    name = "config",
    description =
        "Prints every setting in force and where it comes from: the file with the line, an"
            + " environment variable, --set or the default. Secrets are hidden.",
    footerHeading = Examples.HEADING,
    footer = "  refrag config --config refrag.yaml --changed")
final class ConfigCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Option(names = "--changed", description = "Only what somebody has set.")
  private boolean changed;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    ConfigSource source = config.source();
    // Refuses what every other command would refuse.
    AppConfig.of(source);
    List<EffectiveSetting> settings =
        source.effective(AppConfig.keys()).stream()
            .filter(each -> !changed || !each.origin().equals(EffectiveSetting.DEFAULT))
            .toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          Json.line(Map.of("settings", settings.stream().map(ConfigCommand::values).toList())));
    } else {
      settings.forEach(
          each -> out.println(each.name() + ": " + each.value() + "  # " + each.origin()));
    }
    out.flush();
    return ExitCodes.OK;
  }

  private static Map<String, Object> values(EffectiveSetting setting) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", setting.name());
    values.put("value", setting.value());
    values.put("origin", setting.origin());
    return values;
  }
}

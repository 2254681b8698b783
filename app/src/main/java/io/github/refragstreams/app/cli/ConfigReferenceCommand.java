package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.ConfigReference;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code refrag config-reference}. */
@Command(
    name = "config-reference",
    description = "Prints every setting, in Markdown.",
    footerHeading = Examples.HEADING,
    footer = "  refrag config-reference > config.md")
final class ConfigReferenceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(ConfigReference.markdown(AppConfig.keys()));
    spec.commandLine().getOut().flush();
    return ExitCodes.OK;
  }
}

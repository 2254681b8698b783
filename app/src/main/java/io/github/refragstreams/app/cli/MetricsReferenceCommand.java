package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.telemetry.MetricsReference;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code refrag metrics-reference}. */
@Command(
    name = "metrics-reference",
    description = "Prints every meter, in Markdown.",
    footerHeading = Examples.HEADING,
    footer = "  refrag metrics-reference > metrics.md")
final class MetricsReferenceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(MetricsReference.markdown());
    spec.commandLine().getOut().flush();
    return ExitCodes.OK;
  }
}

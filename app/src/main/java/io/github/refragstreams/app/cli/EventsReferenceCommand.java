package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.events.AsyncApi;
import io.github.refragstreams.app.events.EventsReference;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag events-reference}. */
@Command(
    name = "events-reference",
    description = "Prints every topic with its events, fields and headers, in Markdown.",
    footerHeading = Examples.HEADING,
    footer = "  refrag events-reference --asyncapi > asyncapi.yaml")
final class EventsReferenceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--asyncapi", description = "Print an AsyncAPI 3 document instead, in YAML.")
  private boolean asyncApi;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(asyncApi ? AsyncApi.yaml() : EventsReference.markdown());
    spec.commandLine().getOut().flush();
    return ExitCodes.OK;
  }
}

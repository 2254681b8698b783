package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.api.Api;
import io.github.refragstreams.app.api.ApiServer;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.console.Console;
import io.github.refragstreams.app.console.RemoteInstance;
import io.github.refragstreams.app.http.Routes;
import io.github.refragstreams.app.retriever.Retrievers;
import io.github.refragstreams.app.service.Bundles;
import io.github.refragstreams.app.service.Shutdown;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.Telemetry;
import io.github.refragstreams.serde.EventSerdes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag console}. */
@Command(
    name = "console",
    description =
        "Serves the console, a page for browsers, and the HTTP API that it uses (http.*) beside a"
            + " cluster where 'refrag run' answers, until it is told to stop.",
    footerHeading = Examples.HEADING,
    footer = "  refrag console --config refrag.yaml --no-browser")
final class ConsoleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Option(names = "--no-browser", description = "Only print the address of the page.")
  private boolean noBrowser;

  @Override
  public Integer call() throws InterruptedException {
    Progress progress = new Progress(spec.commandLine().getErr());
    AppConfig settings = config.load().onCluster();
    ApiServer.check(settings.http());
    Retrievers.check(settings.retriever());
    BundleInfo bundle = Bundles.describe(settings.bundle());
    TopicAdmin.checkTopics(settings);
    try (EventSerdes serdes = new EventSerdes(settings.kafka())) {
      Routes routes =
          Console.routes(
              settings,
              settings.kafka(),
              serdes,
              bundle,
              settings.retriever().corpus(),
              new RemoteInstance(settings.console().management()));
      try (Api api =
          Api.start(
              settings, serdes, bundle.id(), routes, Telemetry.none().meters(), progress::say)) {
        // Ctrl-C and SIGTERM: queries that nobody waits for any more are taken back.
        Shutdown.before(api::close);
        progress.say("console on " + Console.url(api.url()));
        if (!noBrowser) {
          Browser.open(Console.url(api.url()));
        }
        api.awaitEnd();
      }
    }
    return ExitCodes.OK;
  }
}

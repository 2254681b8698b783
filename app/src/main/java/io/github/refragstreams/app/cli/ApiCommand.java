package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.api.Api;
import io.github.refragstreams.app.api.ApiServer;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.ManagementConfig;
import io.github.refragstreams.app.http.Routes;
import io.github.refragstreams.app.management.ApiHealth;
import io.github.refragstreams.app.management.ManagementServer;
import io.github.refragstreams.app.retriever.Retrievers;
import io.github.refragstreams.app.service.Bundles;
import io.github.refragstreams.app.service.Shutdown;
import io.github.refragstreams.app.telemetry.Metrics;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.serde.EventSerdes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code refrag api}. */
@Command(
    name = "api",
    description =
        "Serves the HTTP API (http.*) beside a cluster where 'refrag run' answers, until it is told"
            + " to stop.",
    footerHeading = Examples.HEADING,
    footer = "  refrag api --config refrag.yaml --set http.port=8080")
final class ApiCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Override
  public Integer call() throws InterruptedException {
    Progress progress = new Progress(spec.commandLine().getErr());
    AppConfig settings = config.load().onCluster();
    ApiServer.check(settings.http());
    Retrievers.check(settings.retriever());
    String model = Bundles.describe(settings.bundle()).id();
    TopicAdmin.checkTopics(settings);
    ApiHealth health = new ApiHealth();
    ManagementConfig management = settings.management();
    try (Metrics metrics = new Metrics();
        var unused =
            Management.serve(
                management,
                progress,
                () -> ManagementServer.start(management, health, metrics::scrape));
        EventSerdes serdes = new EventSerdes(settings.kafka());
        Api api =
            Api.start(settings, serdes, model, new Routes(), metrics.registry(), progress::say)) {
      health.started(api);
      // Ctrl-C and SIGTERM: queries that nobody waits for any more are taken back.
      Shutdown.before(
          () -> {
            health.stopping();
            api.close();
          });
      progress.say("HTTP API on " + api.url());
      api.awaitEnd();
    }
    return ExitCodes.OK;
  }
}

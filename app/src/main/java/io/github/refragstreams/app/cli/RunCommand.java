package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.api.Api;
import io.github.refragstreams.app.api.ApiServer;
import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.ManagementConfig;
import io.github.refragstreams.app.http.Routes;
import io.github.refragstreams.app.management.Health;
import io.github.refragstreams.app.management.ManagementServer;
import io.github.refragstreams.app.management.QueryReports;
import io.github.refragstreams.app.retriever.Retrievers;
import io.github.refragstreams.app.service.AnsweringService;
import io.github.refragstreams.app.service.BundleFit;
import io.github.refragstreams.app.service.Bundles;
import io.github.refragstreams.app.service.Shutdown;
import io.github.refragstreams.app.telemetry.Metrics;
import io.github.refragstreams.app.telemetry.Tracing;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.model.ModelBundle;
import io.github.refragstreams.model.ModelRuntime;
import io.github.refragstreams.model.Telemetry;
import io.github.refragstreams.serde.EventSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code refrag run}. */
@Command(
    name = "run",
    description = "Answers the questions of a Kafka cluster until it is told to stop.",
    footerHeading = Examples.HEADING,
    footer = {
      "  refrag run --config refrag.yaml",
      "  refrag run --config refrag.yaml --set http.enabled=true --json-logs"
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Override
  public Integer call() {
    Progress progress = new Progress(spec.commandLine().getErr());
    AppConfig settings = config.load().onCluster();
    ModelBundle bundle = Bundles.read(settings.bundle());
    BundleFit.check(settings, bundle);
    Health health = new Health(settings.management().stallAfter());
    if (settings.http().enabled()) {
      ApiServer.check(settings.http());
      Retrievers.check(settings.retriever());
      health.expectApi();
    }
    TopicAdmin.checkTopicsForApplication(settings);
    CountDownLatch ended = new CountDownLatch(1);
    try (Metrics metrics = new Metrics();
        Tracing tracing = Tracing.start(settings.tracing(), settings.applicationId())) {
      QueryReports queries = new QueryReports(tracing.recent());
      ManagementConfig management = settings.management();
      try (var unused =
          Management.serve(
              management,
              progress,
              () -> ManagementServer.start(management, health, metrics::scrape, queries))) {
        answer(settings, bundle, tracing.with(metrics.registry()), health, queries, ended);
      }
    } finally {
      progress.say("stopped");
      ended.countDown();
    }
    return ExitCodes.OK;
  }

  private void answer(
      AppConfig settings,
      ModelBundle bundle,
      Telemetry telemetry,
      Health health,
      QueryReports queries,
      CountDownLatch ended) {
    Progress progress = new Progress(spec.commandLine().getErr());
    progress.say("loading bundle " + settings.bundle().folder() + " ...");
    try (ModelRuntime runtime = Bundles.open(bundle, settings.runtime(), telemetry);
        EventSerdes serdes = new EventSerdes(settings.kafka());
        AnsweringService service =
            AnsweringService.start(
                settings, Map.of(), health.watch(runtime.models()), serdes, telemetry)) {
      health.started(service);
      queries.started(service);
      Interrupted.thenClose(service, settings.stopWait(), ended);
      service.awaitRunning();
      String model = runtime.models().bundle().id();
      progress.say("answering with " + model);
      MeterRegistry meters = telemetry.meters();
      try (var unused = api(settings, serdes, model, meters, health, progress)) {
        service.awaitEnd();
      }
    }
  }

  /** Null when it is switched off. */
  private static @Nullable Api api(
      AppConfig settings,
      EventSerdes serdes,
      String model,
      MeterRegistry meters,
      Health health,
      Progress progress) {
    if (!settings.http().enabled()) {
      return null;
    }
    Api api = Api.start(settings, serdes, model, new Routes(), meters, progress::say);
    // Before the service: questions that are open may still be answered here.
    Shutdown.before(
        () -> {
          health.stopping();
          api.close();
        });
    health.serves(api);
    progress.say("HTTP API on " + api.url());
    return api;
  }
}

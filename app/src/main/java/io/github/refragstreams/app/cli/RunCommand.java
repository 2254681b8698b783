package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.service.AnsweringService;
import io.github.refragstreams.app.service.BundleFit;
import io.github.refragstreams.app.service.Bundles;
import io.github.refragstreams.app.topics.TopicAdmin;
import io.github.refragstreams.model.ModelBundle;
import io.github.refragstreams.model.ModelRuntime;
import io.github.refragstreams.serde.EventSerdes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code refrag run}. */
@Command(
    name = "run",
    description = "Answers the questions of a Kafka cluster until it is told to stop.")
final class RunCommand implements Callable<Integer> {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Override
  public Integer call() {
    Progress progress = new Progress(spec.commandLine().getErr());
    AppConfig settings = config.load().onCluster();
    ModelBundle bundle = ModelBundle.open(settings.bundle());
    BundleFit.check(settings, bundle);
    try (TopicAdmin admin = new TopicAdmin(settings.kafka())) {
      admin.check(settings.topology());
    }
    progress.say("loading bundle " + settings.bundle() + " ...");
    try (ModelRuntime runtime = Bundles.open(bundle, settings.runtime());
        EventSerdes serdes = new EventSerdes(settings.kafka());
        AnsweringService service =
            AnsweringService.start(settings, Map.of(), runtime.models(), serdes)) {
      // Ctrl-C and SIGTERM: finish the transaction, then leave.
      Thread closer = new Thread(service::close, "refrag-shutdown");
      Runtime.getRuntime().addShutdownHook(closer);
      service.awaitRunning(START_TIMEOUT);
      progress.say("answering with " + runtime.models().bundle().id());
      service.awaitEnd();
    }
    return ExitCodes.OK;
  }
}

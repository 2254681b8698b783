package io.github.refragstreams.app.faults;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.service.Bundles;
import io.github.refragstreams.app.service.InstanceId;
import io.github.refragstreams.app.service.Topologies;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.StreamsSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.KafkaStreams;

/** An instance of the application, which can be told where to wait. */
final class InstanceProcess {
  private static final Duration STEP = Duration.ofMillis(15);
  private static final Duration MOST_WAIT = Duration.ofSeconds(30);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private InstanceProcess() {}

  /**
   * @param arguments which models, then settings as {@code key=value}
   */
  public static void main(String[] arguments) {
    try {
      run(arguments);
    } catch (RuntimeException e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private static void run(String[] arguments) {
    Map<String, String> settings = new HashMap<>();
    for (int i = 1; i < arguments.length; i++) {
      String[] setting = arguments[i].split("=", 2);
      settings.put(setting[0], setting[1]);
    }
    AppConfig config = AppConfig.load(null, Map.of(), settings);
    Checkpoints checkpoints =
        new Checkpoints(phase -> ParentPipe.tell(ParentPipe.AT + phase), MOST_WAIT);
    Models models = HeldModels.of(models(arguments[0], config), checkpoints);
    KafkaStreams streams =
        new KafkaStreams(
            Topologies.build(models, config, new EventSerdes(config.kafka())),
            config.streams(InstanceId.settings(config, Map.of())),
            new HeldClients(checkpoints));
    streams.setUncaughtExceptionHandler(StreamsSettings.uncaughtExceptionHandler());
    streams.setStateListener(
        (to, from) -> {
          if (to == KafkaStreams.State.RUNNING) {
            ParentPipe.tell(ParentPipe.RUNNING);
          } else if (to == KafkaStreams.State.ERROR) {
            Runtime.getRuntime().halt(1);
          }
        });
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> streams.close(CLOSE_TIMEOUT), "faults-shutdown"));
    streams.start();
    ParentPipe.follow(
        line -> {
          if (line.startsWith(ParentPipe.ARM)) {
            checkpoints.arm(Phase.valueOf(line.substring(ParentPipe.ARM.length())));
          } else if (line.equals(ParentPipe.RELEASE)) {
            checkpoints.release();
          }
        });
  }

  /** As long as the process, so nobody closes them. */
  private static Models models(String which, AppConfig config) {
    return which.equals(FaultOptions.SLOW)
        ? new SlowModels(STEP).models()
        : Bundles.open(Bundles.read(config.bundle()), config.runtime()).models();
  }
}

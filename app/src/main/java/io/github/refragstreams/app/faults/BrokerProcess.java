package io.github.refragstreams.app.faults;

import io.github.refragstreams.app.embedded.EmbeddedKafka;
import java.nio.file.Path;
import java.util.Map;

/** The broker, as a process that can be killed and started again on the same data. */
final class BrokerProcess {
  private BrokerProcess() {}

  /**
   * @param arguments folder of the data, the broker's port, the controller's port, and the shortest
   *     session in milliseconds
   */
  public static void main(String[] arguments) {
    EmbeddedKafka.Ports ports =
        new EmbeddedKafka.Ports(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    String session = arguments[3];
    EmbeddedKafka kafka =
        EmbeddedKafka.start(
            Path.of(arguments[0]),
            ports,
            Map.of(
                "group.min.session.timeout.ms",
                session,
                "group.streams.min.session.timeout.ms",
                session,
                "group.streams.session.timeout.ms",
                session,
                // A broker that is killed keeps its id this long: its successor waits for it.
                "broker.session.timeout.ms",
                "2000",
                "broker.heartbeat.interval.ms",
                "500",
                // By default, the broker looks for transactions of the dead every 10 s.
                "transaction.abort.timed.out.transaction.cleanup.interval.ms",
                "1000"));
    Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "faults-shutdown"));
    ParentPipe.tell(ParentPipe.RUNNING);
    ParentPipe.follow(line -> {});
  }
}

package io.github.refragstreams.app.config;

import io.github.refragstreams.topology.GroupProtocol;
import io.github.refragstreams.topology.TopologyConfig;
import java.time.Duration;
import java.util.List;

/** Keys below {@code streams.}: how Kafka Streams runs the topology. */
final class StreamsKeys {
  private static final TopologyConfig DEFAULTS = TopologyConfig.defaults();

  static final Key<String> APPLICATION_ID =
      new Key<>(
          "streams.application-id",
          ValueTypes.text(),
          "refrag",
          "Name of the application: of its consumer group, and first part of its internal topics.");

  static final Key<GroupProtocol> GROUP_PROTOCOL =
      new Key<>(
          "streams.group-protocol",
          ValueTypes.oneOf(GroupProtocol.class),
          GroupProtocol.CLASSIC,
          "How instances share the work: with `classic`, they are static members by an id in their"
              + " state folder; with `streams` (KIP-1071), the broker assigns the work, and knows"
              + " no static members.");

  static final Key<Duration> TICK =
      new Key<>(
          "streams.tick",
          ValueTypes.duration(Duration.ofMillis(1)),
          DEFAULTS.tick(),
          "How often finished model work is collected.");

  static final Key<Duration> PRESSURE_WAIT =
      new Key<>(
          "streams.pressure-wait",
          ValueTypes.duration(Duration.ZERO, Duration.ofSeconds(2)),
          DEFAULTS.pressureWait(),
          "Longest wait of a task that is behind, for all its records between two ticks together; less"
              + " where there are many partitions, whose tasks one thread may have.");

  static final Key<Duration> STOP_WAIT =
      new Key<>(
          "streams.stop-wait",
          ValueTypes.duration(Duration.ZERO, Duration.ofHours(1)),
          Duration.ofSeconds(10),
          "How long answers that are being generated may go on after Ctrl-C or SIGTERM; none are begun"
              + " then. What takes longer is generated again where its partition goes.");

  static final List<Key<?>> ALL =
      List.of(APPLICATION_ID, GROUP_PROTOCOL, TICK, PRESSURE_WAIT, STOP_WAIT);

  private StreamsKeys() {}
}

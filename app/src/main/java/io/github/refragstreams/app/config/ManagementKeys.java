package io.github.refragstreams.app.config;

import java.time.Duration;
import java.util.List;

/**
 * Keys below {@code management.}: health and metrics of {@code refrag run} and {@code refrag api}.
 */
final class ManagementKeys {
  static final Key<Boolean> ENABLED =
      new Key<>(
          "management.enabled",
          ValueTypes.bool(),
          true,
          "Whether `refrag run` and `refrag api` serve `/health/startup`, `/health/live`,"
              + " `/health/ready` and `/metrics`, and `refrag run` `/requests/{id}`.");

  static final Key<String> HOST =
      new Key<>(
          "management.host",
          ValueTypes.text(),
          "127.0.0.1",
          "Address that these are served on. There is no authentication: `0.0.0.0` shows them to"
              + " everybody who reaches the machine.");

  static final Key<Integer> PORT =
      new Key<>(
          "management.port",
          ValueTypes.integer(0, 65_535),
          9464,
          "Port that these are served on, 0 for a free one; each process of a machine needs its"
              + " own.");

  static final Key<Duration> STALL_AFTER =
      new Key<>(
          "management.stall-after",
          ValueTypes.duration(Duration.ofSeconds(1)),
          Duration.ofMinutes(2),
          "How long a stream thread, or a model that has work, may make no progress, and the models"
              + " may fail on everything, before `/health/live` fails; longer than the longest"
              + " prompt takes to be read.");

  static final List<Key<?>> ALL = List.of(ENABLED, HOST, PORT, STALL_AFTER);

  private ManagementKeys() {}

  static ManagementConfig read(ConfigSource source) {
    return new ManagementConfig(
        source.get(ENABLED), source.get(HOST), source.get(PORT), source.get(STALL_AFTER));
  }
}

package io.github.refragstreams.app.config;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Keys below {@code console.}: the console beside a cluster. */
final class ConsoleKeys {
  static final Key<Optional<URI>> METRICS =
      new Key<>(
          "console.metrics",
          ValueTypes.urlOrOff(),
          Optional.of(URI.create("http://127.0.0.1:9464/metrics")),
          "Where the charts of `refrag console` come from: the `/metrics` of a `refrag run`. Off: no"
              + " charts. `refrag demo` shows its own.");

  static final List<Key<?>> ALL = List.of(METRICS);

  private ConsoleKeys() {}

  static ConsoleConfig read(ConfigSource source) {
    return new ConsoleConfig(source.get(METRICS));
  }
}

package io.github.refragstreams.app.config;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Keys below {@code console.}: the console beside a cluster. */
final class ConsoleKeys {
  static final Key<Optional<URI>> MANAGEMENT =
      new Key<>(
          "console.management",
          ValueTypes.urlOrOff(),
          Optional.of(URI.create("http://127.0.0.1:9464")),
          "Management address of a `refrag run`, where `refrag console` reads meters and stages of"
              + " requests. Off: no charts. `refrag demo` shows its own.");

  static final List<Key<?>> ALL = List.of(MANAGEMENT);

  private ConsoleKeys() {}

  static ConsoleConfig read(ConfigSource source) {
    return new ConsoleConfig(source.get(MANAGEMENT));
  }
}

package io.github.refragstreams.app.config;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Keys below {@code tracing.}: spans of {@code refrag run}. */
final class TracingKeys {
  static final Key<Optional<URI>> ENDPOINT =
      new Key<>(
          "tracing.endpoint",
          ValueTypes.urlOrOff(),
          Optional.empty(),
          "Where an OTLP receiver takes traces over HTTP, for instance"
              + " `http://localhost:4318/v1/traces`. Off: spans are not sent; the trace of a query"
              + " is passed on to its answer either way.");

  static final Key<Float> RATIO =
      new Key<>(
          "tracing.ratio",
          ValueTypes.fraction(),
          1f,
          "Share of the traces that are kept, of those that clients sample.");

  static final Key<Integer> RECENT_SPANS =
      new Key<>(
          "tracing.recent-spans",
          ValueTypes.integer(0, 1_000_000),
          2_000,
          "Spans kept in memory, about 1 KB each, for `/requests/{id}` of the management address and"
              + " the console's timelines. 0: none.");

  static final List<Key<?>> ALL = List.of(ENDPOINT, RATIO, RECENT_SPANS);

  private TracingKeys() {}

  static TracingConfig read(ConfigSource source) {
    return new TracingConfig(source.get(ENDPOINT), source.get(RATIO), source.get(RECENT_SPANS));
  }
}

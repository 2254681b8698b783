package io.github.refragstreams.app.config;

import java.net.URI;
import java.util.Optional;

/**
 * Where spans go. Keys start with {@code tracing}.
 *
 * @param endpoint where an OTLP receiver takes traces over HTTP; none when they are not sent
 * @param ratio share of the traces that are kept, 0 to 1; the same ones in every process
 * @param recentSpans kept in memory
 */
public record TracingConfig(Optional<URI> endpoint, float ratio, int recentSpans) {}

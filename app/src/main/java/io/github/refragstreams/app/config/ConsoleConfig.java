package io.github.refragstreams.app.config;

import java.net.URI;
import java.util.Optional;

/**
 * The console. Keys start with {@code console}.
 *
 * @param metrics where a process that answers shows its meters; none when there are no charts
 */
public record ConsoleConfig(Optional<URI> metrics) {}

package io.github.refragstreams.app.config;

import java.net.URI;
import java.util.Optional;

/**
 * The console. Keys start with {@code console}.
 *
 * @param management where a process that answers tells how it is doing; none when there are no
 *     charts
 */
public record ConsoleConfig(Optional<URI> management) {}

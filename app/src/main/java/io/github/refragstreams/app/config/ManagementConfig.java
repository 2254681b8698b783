package io.github.refragstreams.app.config;

import java.time.Duration;

/**
 * Health and metrics over HTTP. Keys start with {@code management}.
 *
 * @param enabled whether they are served
 * @param host address to listen on
 * @param port port to listen on, 0 for a free one
 * @param stallAfter how long work may stand still before the process is no longer live
 */
public record ManagementConfig(boolean enabled, String host, int port, Duration stallAfter) {}

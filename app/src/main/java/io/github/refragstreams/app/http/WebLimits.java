package io.github.refragstreams.app.http;

import java.time.Duration;

/**
 * What a server takes from its clients.
 *
 * @param bodyBytes most bytes of a request's body
 * @param openBytes most bytes of the bodies of all requests that are served at the same time: what
 *     is made of a body lives as long as its request
 * @param bodyTimeout longest wait for a body to arrive as a whole
 * @param idleTimeout longest time that a connection may stand still while something is to be read
 *     or written
 * @param requests most requests that are served at the same time, open event streams among them
 * @param connections most connections
 * @param stopWait how long requests may go on when the server stops; it takes no others then
 */
public record WebLimits(
    int bodyBytes,
    long openBytes,
    Duration bodyTimeout,
    Duration idleTimeout,
    int requests,
    int connections,
    Duration stopWait) {}

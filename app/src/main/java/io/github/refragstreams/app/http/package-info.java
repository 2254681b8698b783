/**
 * The one HTTP server of the program: health and metrics, the API and the console are routes on it.
 *
 * <p>A part of the program that serves something describes it as {@link
 * io.github.refragstreams.app.http.Routes} and hands these to {@link
 * io.github.refragstreams.app.http.WebServer#start}; several parts are {@link
 * io.github.refragstreams.app.http.Routes#add added} to one server:
 *
 * <pre>{@code
 * Routes routes = new Routes()
 *     .get("/v1/models", exchange -> exchange.reply(200, models))
 *     .post("/v1/ask", exchange -> ask(exchange.json(AskRequest.class), exchange))
 *     .resources("/console", "/console");
 * try (WebServer server = WebServer.start(binding, List.of(tokens, rate), routes)) { ... }
 * }</pre>
 *
 * <p>What an {@link io.github.refragstreams.app.http.Endpoint} may rely on:
 *
 * <ul>
 *   <li>The checks of the server have let the request in, and its body has arrived as a whole and
 *       is no larger than allowed; a slow sender held no thread.
 *   <li>It runs on a thread of the server and may block a little. It answers when it likes, on
 *       whatever thread, exactly once: with {@link io.github.refragstreams.app.http.Exchange#reply}
 *       or as an {@link io.github.refragstreams.app.http.EventStream}, which never block and hold
 *       no thread.
 *   <li>A {@link io.github.refragstreams.app.http.HttpProblem} that it throws, or passes to {@link
 *       io.github.refragstreams.app.http.Exchange#fail}, becomes an answer in the {@link
 *       io.github.refragstreams.app.http.ErrorFormat} of its route; anything else becomes status
 *       500 that says nothing, and a line of the log.
 *   <li>Whoever waits for something long learns through {@link
 *       io.github.refragstreams.app.http.EventStream#onGone} that nobody reads any more.
 * </ul>
 *
 * Nothing else of the program sees Jetty.
 */
@NullMarked
package io.github.refragstreams.app.http;

import org.jspecify.annotations.NullMarked;

package io.github.refragstreams.app.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.app.config.ManagementConfig;
import io.github.refragstreams.app.http.Binding;
import io.github.refragstreams.app.http.Exchange;
import io.github.refragstreams.app.http.LoopbackHost;
import io.github.refragstreams.app.http.Routes;
import io.github.refragstreams.app.http.WebLimits;
import io.github.refragstreams.app.http.WebServer;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code /health/startup}, {@code /health/live}, {@code /health/ready}, {@code /metrics} and, where
 * queries are answered, {@code /requests/{id}}. A state that is not reached is status 503. Shows no
 * text of any record.
 */
public final class ManagementServer implements AutoCloseable {
  /** Prometheus' text format. */
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private static final WebLimits LIMITS =
      new WebLimits(
          0, 0, Duration.ofSeconds(5), Duration.ofSeconds(30), 16, 64, Duration.ofSeconds(2));

  private final WebServer server;

  private ManagementServer(WebServer server) {
    this.server = server;
  }

  /**
   * Serves from now on.
   *
   * @param metrics all meters, in Prometheus' text format
   * @param queries what is known of a query
   * @throws io.github.refragstreams.app.config.InvalidConfigException when the address cannot be
   *     bound
   */
  public static ManagementServer start(
      ManagementConfig config, Probes probes, Supplier<String> metrics, QueryReports queries) {
    return start(
        config,
        routes(probes, metrics)
            .get(
                "/requests/{id}",
                exchange -> exchange.reply(200, queries.of(exchange.parameter("id")))));
  }

  /** Serves for a process that answers no queries. */
  public static ManagementServer start(
      ManagementConfig config, Probes probes, Supplier<String> metrics) {
    return start(config, routes(probes, metrics));
  }

  private static Routes routes(Probes probes, Supplier<String> metrics) {
    return new Routes()
        .get("/health/startup", exchange -> report(exchange, probes.startup()))
        .get("/health/live", exchange -> report(exchange, probes.live()))
        .get("/health/ready", exchange -> report(exchange, probes.ready()))
        .get(
            "/metrics", exchange -> exchange.reply(200, PROMETHEUS, metrics.get().getBytes(UTF_8)));
  }

  private static ManagementServer start(ManagementConfig config, Routes routes) {
    Binding binding = Binding.plain("management", config.host(), config.port(), LIMITS);
    return new ManagementServer(WebServer.start(binding, LoopbackHost.of(binding), routes));
  }

  /** Where it is reached, without a path. */
  public URI url() {
    return server.url();
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
  }

  private static void report(Exchange exchange, Probes.Report report) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", report.isUp() ? "UP" : "DOWN");
    body.put("checks", report.checks());
    exchange.reply(report.isUp() ? 200 : 503, body);
  }
}

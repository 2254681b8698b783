package io.github.refragstreams.app.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.app.config.ManagementConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * {@code /health/startup}, {@code /health/live}, {@code /health/ready} and {@code /metrics}. A
 * state that is not reached is status 503. Shows no text of any record.
 */
public final class ManagementServer implements AutoCloseable {
  private static final int THREADS = 2;
  private static final String JSON = "application/json";

  /** Prometheus' text format. */
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final ObjectMapper json = new ObjectMapper();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS,
          task -> {
            Thread thread = new Thread(task, "refrag-management");
            thread.setDaemon(true);
            return thread;
          });
  private final HttpServer server;

  private record Response(int status, String type, String body) {}

  private ManagementServer(HttpServer server, Health health, Supplier<String> metrics) {
    this.server = server;
    serve("/health/startup", () -> report(health.startup()));
    serve("/health/live", () -> report(health.live()));
    serve("/health/ready", () -> report(health.ready()));
    serve("/metrics", () -> new Response(200, PROMETHEUS, metrics.get()));
    server.setExecutor(threads);
    server.start();
  }

  /**
   * @param metrics all meters, in Prometheus' text format
   * @throws InvalidConfigException when the address cannot be bound
   */
  public static ManagementServer start(
      ManagementConfig config, Health health, Supplier<String> metrics) {
    InetSocketAddress address = new InetSocketAddress(config.host(), config.port());
    if (address.isUnresolved()) {
      throw new InvalidConfigException(
          "management.host is '" + config.host() + "', which is no address of this machine");
    }
    try {
      return new ManagementServer(HttpServer.create(address, 0), health, metrics);
    } catch (IOException e) {
      throw new InvalidConfigException(
          "management.port is "
              + config.port()
              + ", which cannot be bound on "
              + config.host()
              + " ("
              + e.getMessage()
              + "); choose another, 0 for a free one, or set management.enabled to false");
    }
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }

  private void serve(String path, Supplier<Response> page) {
    server.createContext(path, exchange -> answer(exchange, path, page));
  }

  private static void answer(HttpExchange exchange, String path, Supplier<Response> page)
      throws IOException {
    try (exchange) {
      boolean get = exchange.getRequestMethod().equals("GET");
      Response response =
          !exchange.getRequestURI().getPath().equals(path)
              ? new Response(404, "text/plain", "not found\n")
              : get ? page.get() : new Response(405, "text/plain", "only GET\n");
      byte[] body = response.body.getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", response.type);
      exchange.sendResponseHeaders(response.status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Response report(Health.Report report) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", report.isUp() ? "UP" : "DOWN");
    body.put("checks", report.checks());
    try {
      return new Response(report.isUp() ? 200 : 503, JSON, json.writeValueAsString(body) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts can always be written", e);
    }
  }
}

package io.github.refragstreams.app.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * As much of a schema registry as the serdes use, over HTTP on loopback, which can go away and come
 * back: ids survive.
 */
public final class Registry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final int port;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** Schemas by id, from 1. Guarded by this. */
  private final List<String> schemas = new ArrayList<>();

  private @Nullable HttpServer server;

  /**
   * @param port one that is free
   */
  public Registry(int port) {
    this.port = port;
    start();
  }

  /** Its address, for {@code schema.registry.url}. */
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  void start() {
    try {
      HttpServer fresh =
          HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
      fresh.createContext("/", this::handle);
      fresh.setExecutor(threads);
      fresh.start();
      server = fresh;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void stop() {
    if (server != null) {
      server.stop(0);
      server = null;
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (path.startsWith("/schemas/ids/")) {
      String schema = schema(Integer.parseInt(path.substring("/schemas/ids/".length())));
      if (schema == null) {
        answer(exchange, 404, Map.of("error_code", 40403, "message", "no such schema"));
      } else {
        answer(exchange, 200, Map.of("schema", schema));
      }
    } else {
      JsonNode asked = JSON.readTree(body);
      answer(exchange, 200, Map.of("id", id(asked.path("schema").asText()), "version", 1));
    }
  }

  private synchronized @Nullable String schema(int id) {
    return id >= 1 && id <= schemas.size() ? schemas.get(id - 1) : null;
  }

  private synchronized int id(String schema) {
    int known = schemas.indexOf(schema);
    if (known >= 0) {
      return known + 1;
    }
    schemas.add(schema);
    return schemas.size();
  }

  private static void answer(HttpExchange exchange, int status, Map<String, Object> values)
      throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(values);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    stop();
    threads.shutdownNow();
  }
}

package io.github.refragstreams.app.http;

import io.github.refragstreams.app.text.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Files of a folder of the class path, for browsers: read once, then kept; validated by their hash.
 */
final class StaticResources implements Endpoint {
  private static final String INDEX = "index.html";

  /** Neither hidden files nor anything that climbs. */
  private static final Pattern NAMES =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("txt", "text/plain; charset=utf-8"));

  /** Pages load from where they came only, take no text for markup, and are framed by nobody. */
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
              + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
              + " require-trusted-types-for 'script'; trusted-types 'none'",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cache-Control",
          "no-cache");

  private final String path;
  private final String folder;
  private final Map<String, Resource> known = new ConcurrentHashMap<>();

  private record Resource(byte[] bytes, String type, String tag) {}

  StaticResources(String path, String folder) {
    this.path = path;
    this.folder = folder;
    if (load(INDEX) == null) {
      throw new IllegalArgumentException("there is no " + folder + "/" + INDEX);
    }
  }

  @Override
  public void handle(Exchange exchange) {
    String asked = exchange.path().substring(path.length());
    if (asked.isEmpty()) {
      // Relative links of the page need the slash.
      exchange.header("Location", path + "/");
      exchange.reply(308, "text/plain", new byte[0]);
      return;
    }
    String name = asked.equals("/") ? INDEX : asked.substring(1);
    Resource found = NAMES.matcher(name).matches() ? known.computeIfAbsent(name, this::load) : null;
    if (found == null) {
      throw new HttpProblem(404, "unknown-path", "there is no file at '" + exchange.path() + "'");
    }
    HEADERS.forEach(exchange::header);
    exchange.header("ETag", found.tag);
    if (exchange.header("If-None-Match").filter(found.tag::equals).isPresent()) {
      exchange.reply(304, found.type, new byte[0]);
    } else {
      exchange.reply(200, found.type, found.bytes);
    }
  }

  private @Nullable Resource load(String name) {
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    try (InputStream in = StaticResources.class.getResourceAsStream(folder + "/" + name)) {
      if (in == null || type == null) {
        return null;
      }
      byte[] bytes = in.readAllBytes();
      return new Resource(
          bytes, type, "\"" + HexFormat.of().formatHex(Sha256.of(bytes), 0, 16) + "\"");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.github.refragstreams.app.http;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Where a server listens, and how much it takes.
 *
 * @param keys prefix of the keys that say so, for instance {@code management}; named by errors
 * @param host address or name of this machine
 * @param port 0 for a free one
 * @param tls the server's certificate and key; empty: plain HTTP
 * @param origins sites whose pages may use the server, for instance {@code https://example.org}
 * @param portName what names the port, where it cannot be bound
 * @param otherwise what can be done then
 */
public record Binding(
    String keys,
    String host,
    int port,
    Optional<SSLContext> tls,
    List<String> origins,
    WebLimits limits,
    String portName,
    String otherwise) {

  public Binding {
    origins = List.copyOf(origins);
  }

  /** One that is configured by {@code keys.host}, {@code keys.port} and {@code keys.enabled}. */
  public Binding(
      String keys,
      String host,
      int port,
      Optional<SSLContext> tls,
      List<String> origins,
      WebLimits limits) {
    this(
        keys,
        host,
        port,
        tls,
        origins,
        limits,
        keys + ".port",
        "choose another, 0 for a free one, or set " + keys + ".enabled to false");
  }

  /** Plain HTTP, for pages of its own only. */
  public static Binding plain(String keys, String host, int port, WebLimits limits) {
    return new Binding(keys, host, port, Optional.empty(), List.of(), limits);
  }

  /**
   * The same on the loopback address, with a port that an option names.
   *
   * @param name of the server
   */
  public static Binding ofOption(String name, String option, int port, WebLimits limits) {
    return new Binding(
        name,
        "127.0.0.1",
        port,
        Optional.empty(),
        List.of(),
        limits,
        option,
        "choose another, or 0 for a free one");
  }

  /** Whether only this machine reaches it. */
  public boolean isLoopback() {
    InetSocketAddress address = address();
    return !address.isUnresolved() && address.getAddress().isLoopbackAddress();
  }

  /** As it is written in a URL: addresses of IPv6 in brackets. */
  String urlHost() {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }
}

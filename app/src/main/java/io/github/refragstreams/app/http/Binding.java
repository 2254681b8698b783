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
 */
public record Binding(
    String keys,
    String host,
    int port,
    Optional<SSLContext> tls,
    List<String> origins,
    WebLimits limits) {

  public Binding {
    origins = List.copyOf(origins);
  }

  /** Plain HTTP, for pages of its own only. */
  public static Binding plain(String keys, String host, int port, WebLimits limits) {
    return new Binding(keys, host, port, Optional.empty(), List.of(), limits);
  }

  /** Whether only this machine reaches it. */
  public boolean isLoopback() {
    InetSocketAddress address = address();
    return !address.isUnresolved() && address.getAddress().isLoopbackAddress();
  }

  InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }
}

package io.github.refragstreams.app.http;

import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.model.Telemetry;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http.UriCompliance.Violation;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.CrossOriginHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that listens on one address. Routes and checks are its owner's. */
public final class WebServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
  private static final int MOST_THREADS = 64;
  private static final int LEAST_THREADS = 4;

  /** How long connections may stand still when there are as many as there may be. */
  private static final Duration LEAST_IDLE = Duration.ofSeconds(5);

  /** Ids in paths may hold anything: each segment is decoded by itself, once. */
  private static final UriCompliance URIS =
      UriCompliance.DEFAULT.with(
          "refrag", Violation.AMBIGUOUS_PATH_SEPARATOR, Violation.AMBIGUOUS_PATH_ENCODING);

  private final Server server;
  private final GracefulHandler requests;
  private final ServerConnector connector;
  private final Binding binding;

  private WebServer(
      Server server, GracefulHandler requests, ServerConnector connector, Binding binding) {
    this.server = server;
    this.requests = requests;
    this.connector = connector;
    this.binding = binding;
  }

  /** Starts one that is not measured. */
  public static WebServer start(Binding binding, List<Check> checks, Routes routes) {
    return start(binding, checks, routes, Telemetry.none().meters());
  }

  /**
   * Listens from now on.
   *
   * @param checks in this order, before a request is served
   * @param meters receives {@link HttpMeters}; of one server at most
   * @throws InvalidConfigException when the address cannot be bound
   */
  public static WebServer start(
      Binding binding, List<Check> checks, Routes routes, MeterRegistry meters) {
    if (binding.address().isUnresolved()) {
      throw new InvalidConfigException(
          binding.keys()
              + ".host is '"
              + binding.host()
              + "', which is no address of this machine");
    }
    QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, LEAST_THREADS);
    threads.setName("refrag-" + binding.keys());
    threads.setDaemon(true);
    Server server = new Server(threads);
    ServerConnector connector =
        new ServerConnector(server, 1, 1, protocols(binding).toArray(ConnectionFactory[]::new));
    connector.setHost(binding.host());
    connector.setPort(binding.port());
    connector.setIdleTimeout(binding.limits().idleTimeout().toMillis());
    server.addConnector(connector);
    NetworkConnectionLimit connections =
        new NetworkConnectionLimit(binding.limits().connections(), server);
    connections.setEndPointIdleTimeout(
        Math.min(LEAST_IDLE.toMillis(), binding.limits().idleTimeout().toMillis()));
    server.addBean(connections);
    Handler dispatcher = new Dispatcher(binding.limits(), checks, routes, meters);
    GracefulHandler requests = new GracefulHandler(crossOrigin(binding, dispatcher));
    Arrivals arrivals = new Arrivals(binding.limits(), requests);
    connector.addEventListener(arrivals);
    server.setHandler(arrivals);
    server.setErrorHandler(new Refusals());
    server.setStopTimeout(binding.limits().stopWait().toMillis());
    WebServer started = new WebServer(server, requests, connector, binding);
    started.listen();
    return started;
  }

  /** The port that it listens on. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Where it is reached, without a path. */
  public URI url() {
    String scheme = binding.tls().isPresent() ? "https://" : "http://";
    return URI.create(scheme + binding.urlHost() + ":" + port());
  }

  /** Waits until it is closed. */
  public void awaitEnd() throws InterruptedException {
    server.join();
  }

  /** Takes no requests any more, lets those that are open go on for a while, and cuts the rest. */
  @Override
  public void close() {
    // Before the connector closes connections: who is told to close one finds requests refused on
    // all others.
    var unused = requests.shutdown();
    try {
      server.stop();
    } catch (TimeoutException e) {
      LOG.info("requests that went on for longer than the server waits were cut");
    } catch (Exception e) {
      throw new IllegalStateException("the HTTP server did not stop", e);
    }
  }

  private void listen() {
    try {
      server.start();
    } catch (Exception e) {
      close();
      throw new InvalidConfigException(
          binding.portName()
              + " is "
              + binding.port()
              + ", which cannot be bound on "
              + binding.host()
              + " ("
              + e.getMessage()
              + "); "
              + binding.otherwise());
    }
  }

  private static Handler crossOrigin(Binding binding, Handler handler) {
    if (binding.origins().isEmpty()) {
      return handler;
    }
    CrossOriginHandler cors = new CrossOriginHandler();
    cors.setAllowedOriginPatterns(
        binding.origins().stream().map(Pattern::quote).collect(Collectors.toSet()));
    cors.setAllowedMethods(Set.of("GET", "POST", "DELETE"));
    // Clients send headers of their own; the asterisk is for all of them but this one.
    cors.setAllowedHeaders(Set.of("*", "Authorization"));
    cors.setExposedHeaders(Set.of("Retry-After"));
    cors.setAllowCredentials(false);
    cors.setHandler(handler);
    return cors;
  }

  private static List<ConnectionFactory> protocols(Binding binding) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setUriCompliance(URIS);
    HttpConnectionFactory plain = new HttpConnectionFactory(http);
    Optional<SSLContext> tls = binding.tls();
    if (tls.isEmpty()) {
      return List.of(plain);
    }
    SslContextFactory.Server context = new SslContextFactory.Server();
    context.setSslContext(tls.get());
    return List.of(new SslConnectionFactory(context, plain.getProtocol()), plain);
  }
}

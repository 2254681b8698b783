package io.github.refragstreams.app.api;

import io.github.refragstreams.app.config.HttpConfig;
import io.github.refragstreams.app.config.InvalidConfigException;
import io.github.refragstreams.app.http.BearerTokens;
import io.github.refragstreams.app.http.Binding;
import io.github.refragstreams.app.http.Check;
import io.github.refragstreams.app.http.LoopbackHost;
import io.github.refragstreams.app.http.RateLimit;
import io.github.refragstreams.app.http.Routes;
import io.github.refragstreams.app.http.WebLimits;
import io.github.refragstreams.app.http.WebServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;

/**
 * The server that {@code http.*} describes, for whatever routes. Refuses to be open to other
 * machines without tokens and TLS.
 */
public final class ApiServer {
  private static final String KEYS = "http";

  private ApiServer() {}

  /**
   * Serves from now on.
   *
   * @param meters receives those of the server
   * @throws InvalidConfigException when the address cannot be bound, would be open to everybody, or
   *     tokens or certificate cannot be read
   */
  public static WebServer start(HttpConfig config, Routes routes, MeterRegistry meters) {
    Binding binding = binding(config);
    return WebServer.start(binding, checks(config, binding), routes, meters);
  }

  /**
   * Refuses what {@link #start} would refuse, the port left out, before anything is loaded.
   *
   * @throws InvalidConfigException when it would be open to everybody, or tokens or certificate
   *     cannot be read
   */
  public static void check(HttpConfig config) {
    var unused = checks(config, binding(config));
  }

  private static Binding binding(HttpConfig config) {
    HttpConfig.Limits limits = config.limits();
    Binding binding =
        new Binding(
            KEYS,
            config.host(),
            config.port(),
            TlsStore.open(config.access()),
            config.access().origins(),
            new WebLimits(
                limits.bodyBytes(),
                limits.openBytes(),
                limits.bodyTimeout(),
                limits.idleTimeout(),
                limits.requests(),
                limits.connections(),
                limits.stopWait()));
    if (!binding.isLoopback()) {
      requireProtection(config);
    }
    return binding;
  }

  private static List<Check> checks(HttpConfig config, Binding binding) {
    List<Check> checks = new ArrayList<>();
    if (config.access().hasTokens()) {
      checks.add(new BearerTokens(Tokens.read(config.access())));
    } else {
      checks.addAll(LoopbackHost.of(binding));
    }
    checks.add(new RateLimit(config.limits().perMinute()));
    return checks;
  }

  private static void requireProtection(HttpConfig config) {
    List<String> problems = new ArrayList<>();
    String open = "http.host is '" + config.host() + "', which other machines reach; ";
    if (!config.access().hasTokens()) {
      problems.add(open + "set http.tokens-file or the environment variable REFRAG_HTTP_TOKEN");
    }
    if (config.access().tlsStore().isEmpty() && !config.access().tlsEndedElsewhere()) {
      problems.add(
          open
              + "set http.tls-store, or http.tls-ended-elsewhere: true where something in front of"
              + " it speaks TLS");
    }
    if (!problems.isEmpty()) {
      throw new InvalidConfigException(problems);
    }
  }
}

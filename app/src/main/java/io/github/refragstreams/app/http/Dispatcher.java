package io.github.refragstreams.app.http;

import io.github.refragstreams.model.Causes;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Leads each request past the checks to its endpoint, no more of them at a time than allowed. */
final class Dispatcher extends Handler.Abstract {
  private final WebLimits limits;
  private final List<Check> checks;
  private final Routes routes;
  private final Semaphore free;
  private final OpenBodies bodies;
  private final HttpMeters meters;

  Dispatcher(WebLimits limits, List<Check> checks, Routes routes, MeterRegistry registry) {
    this.limits = limits;
    this.checks = List.copyOf(checks);
    this.routes = routes;
    this.free = new Semaphore(limits.requests());
    this.bodies = new OpenBodies(limits.openBytes());
    this.meters = new HttpMeters(registry, () -> limits.requests() - free.availablePermits());
  }

  @Override
  public boolean handle(Request request, Response response, Callback answered) {
    String path = Request.getPathInContext(request);
    Callback callback = measured(request, response, answered);
    ErrorFormat errors = routes.errorsOf(path);
    if (!free.tryAcquire()) {
      new Exchange(request, response, callback, errors, Map.of(), false)
          .fail(
              HttpProblem.busy(
                  "the server works on " + limits.requests() + " requests, the most it takes"));
      return true;
    }
    Optional<OpenBodies.Share> share = bodies.take(mostBytes(request));
    Callback ending =
        Callback.from(
            callback,
            () -> {
              free.release();
              share.ifPresent(OpenBodies.Share::giveBack);
            });
    boolean page = routes.isPage(request.getMethod(), path);
    Exchange outside = new Exchange(request, response, ending, errors, Map.of(), page);
    try {
      for (Check check : checks) {
        check.check(outside);
      }
      OpenBodies.Share room =
          share.orElseThrow(
              () ->
                  HttpProblem.busy(
                      "the bodies of open requests have as many bytes as the server takes"));
      Routes.Match match = routes.find(request.getMethod(), path);
      Exchange exchange =
          new Exchange(request, response, ending, match.route().errors(), match.parameters(), page);
      exchange.caller(outside.caller());
      serve(request, room, exchange, match.route().endpoint());
    } catch (RuntimeException e) {
      outside.fail(e);
    }
    return true;
  }

  /** Of a body, before it is read: as large as it may be where the client does not say. */
  private long mostBytes(Request request) {
    long most = Math.min(limits.bodyBytes(), limits.openBytes());
    long told = request.getLength();
    return hasBody(request) ? (told < 0 ? most : Math.min(told, most)) : 0;
  }

  /** Whether there is something to read and to wait for; of other methods, nobody reads one. */
  private static boolean hasBody(Request request) {
    return request.getMethod().equals("POST")
        && (request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING));
  }

  private Callback measured(Request request, Response response, Callback callback) {
    long start = System.nanoTime();
    String path = Request.getPathInContext(request);
    return Callback.from(
        callback,
        () ->
            meters.answered(
                routes.describe(request.getMethod(), path),
                request.getAttribute(EventStream.OUTCOME) instanceof Integer outcome
                    ? outcome
                    : response.getStatus(),
                Duration.ofNanos(System.nanoTime() - start)));
  }

  private void serve(Request request, OpenBodies.Share room, Exchange exchange, Endpoint endpoint) {
    CompletableFuture<byte[]> arriving =
        hasBody(request)
            ? Body.read(request, limits.bodyBytes(), limits.bodyTimeout())
            : CompletableFuture.completedFuture(new byte[0]);
    var unused =
        arriving
            .thenAccept(
                body -> {
                  room.shrink(body.length);
                  exchange.body(body);
                  // Answers may take longer than a connection may stand still.
                  request.addIdleTimeoutListener(timeout -> exchange.waitsForReader());
                  endpoint.handle(exchange);
                })
            .exceptionally(
                failure -> {
                  exchange.fail(Causes.of(failure));
                  return null;
                });
  }
}

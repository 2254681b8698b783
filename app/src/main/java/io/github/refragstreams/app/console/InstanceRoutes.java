package io.github.refragstreams.app.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.app.http.Exchange;
import io.github.refragstreams.app.http.Routes;
import io.github.refragstreams.model.Causes;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What the process that answers tells of itself. {@code GET meters}: our meters now, in Prometheus'
 * text format, histograms without buckets. {@code GET requests/{id}/stages}: what it knows of a
 * query.
 */
final class InstanceRoutes {
  private static final String OURS = "refrag_";
  private static final String BUCKET = "_bucket{";

  private final Instance instance;

  InstanceRoutes(Instance instance) {
    this.instance = instance;
  }

  Routes routes(String path) {
    return new Routes()
        .get(path + "/meters", this::meters)
        .get(path + "/requests/{id}/stages", this::stages);
  }

  private void meters(Exchange exchange) {
    reply(
        exchange,
        instance.meters(),
        all -> exchange.reply(200, "text/plain; charset=utf-8", ours(all).getBytes(UTF_8)));
  }

  private void stages(Exchange exchange) {
    reply(exchange, instance.query(exchange.parameter("id")), found -> exchange.reply(200, found));
  }

  private static <T> void reply(
      Exchange exchange, CompletableFuture<T> result, Consumer<T> whenThere) {
    var unused =
        result
            .thenAccept(whenThere)
            .exceptionally(
                failure -> {
                  exchange.fail(Causes.of(failure));
                  return null;
                });
  }

  private static String ours(String scraped) {
    return scraped
        .lines()
        .filter(line -> line.startsWith(OURS) && !line.contains(BUCKET))
        .collect(Collectors.joining("\n", "", "\n"));
  }
}

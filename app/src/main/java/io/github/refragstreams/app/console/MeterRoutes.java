package io.github.refragstreams.app.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.app.http.Exchange;
import io.github.refragstreams.app.http.Routes;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/** {@code GET meters}: our meters now, in Prometheus' text format, histograms without buckets. */
final class MeterRoutes {
  private static final String OURS = "refrag_";
  private static final String BUCKET = "_bucket{";

  private final Meters meters;

  MeterRoutes(Meters meters) {
    this.meters = meters;
  }

  Routes routes(String path) {
    return new Routes().get(path + "/meters", this::show);
  }

  private void show(Exchange exchange) {
    var unused =
        meters
            .scrape()
            .thenAccept(
                all -> exchange.reply(200, "text/plain; charset=utf-8", ours(all).getBytes(UTF_8)))
            .exceptionally(
                failure -> {
                  Throwable cause = failure.getCause();
                  exchange.fail(
                      failure instanceof CompletionException && cause != null ? cause : failure);
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

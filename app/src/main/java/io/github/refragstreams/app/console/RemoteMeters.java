package io.github.refragstreams.app.console;

import io.github.refragstreams.app.http.HttpProblem;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Meters of another process, as it shows them to Prometheus. */
public final class RemoteMeters implements Meters {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final Optional<URI> address;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * @param address of its {@code /metrics}; empty: none are to be read
   */
  public RemoteMeters(Optional<URI> address) {
    this.address = address;
  }

  @Override
  public CompletableFuture<String> scrape() {
    if (address.isEmpty()) {
      return CompletableFuture.failedFuture(
          new HttpProblem(404, "no-meters", "console.metrics is off"));
    }
    URI url = address.get();
    return client
        .sendAsync(HttpRequest.newBuilder(url).timeout(TIMEOUT).build(), BodyHandlers.ofString())
        .thenApply(response -> body(url, response))
        .exceptionally(
            failure -> {
              throw failure.getCause() instanceof HttpProblem problem ? problem : away(url);
            });
  }

  private static String body(URI url, HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw away(url);
    }
    return response.body();
  }

  private static HttpProblem away(URI url) {
    return new HttpProblem(
        503, "no-meters", "there are no meters at " + url + " (console.metrics) at the moment");
  }
}

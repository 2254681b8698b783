package io.github.refragstreams.app.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.refragstreams.app.http.HttpProblem;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Another process, by what it serves at its management address. */
public final class RemoteInstance implements Instance {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Optional<URI> address;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * @param address empty: none is to be asked
   */
  public RemoteInstance(Optional<URI> address) {
    this.address = address;
  }

  @Override
  public CompletableFuture<String> meters() {
    return get("/metrics");
  }

  @Override
  public CompletableFuture<Object> query(String id) {
    String segment = URLEncoder.encode(id, UTF_8).replace("+", "%20");
    return get("/requests/" + segment).thenApply(this::parsed);
  }

  private CompletableFuture<String> get(String path) {
    if (address.isEmpty()) {
      return CompletableFuture.failedFuture(
          new HttpProblem(404, "no-instance", "console.management is off"));
    }
    URI url = URI.create(address.get().toString().replaceFirst("/$", "") + path);
    return client
        .sendAsync(HttpRequest.newBuilder(url).timeout(TIMEOUT).build(), BodyHandlers.ofString())
        .thenApply(this::body)
        // The request's own ends with the headers of the answer.
        .orTimeout(2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(
            failure -> {
              throw failure.getCause() instanceof HttpProblem problem
                  ? problem
                  : unusable("nobody answers at ");
            });
  }

  private String body(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw unusable("status " + response.statusCode() + " comes from ");
    }
    return response.body();
  }

  private Object parsed(String json) {
    try {
      return JSON.readValue(json, Object.class);
    } catch (JsonProcessingException e) {
      throw unusable("no JSON comes from ");
    }
  }

  private HttpProblem unusable(String what) {
    return new HttpProblem(
        503, "no-instance", what + address.orElseThrow() + " (console.management) at the moment");
  }
}

package io.github.refragstreams.serde.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.refragstreams.serde.RegistryException;
import io.github.refragstreams.serde.RegistryException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries one request to whichever address of the registry answers. A round tries each address
 * once, starting with the one that answered last; rounds repeat with back-off. Only a failure that
 * may pass (no connection, no answer in time, status 429 or 5xx) leads to another attempt: all
 * requests have the same effect when they are repeated. Thread-safe.
 */
final class RestTransport implements AutoCloseable {
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int MAX_REASON_CHARS = 500;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final List<URI> addresses;
  private final Optional<String> authorization;
  private final Duration readTimeout;
  private final Backoff backoff;
  private final Pauses pauses;
  private final DoubleSupplier random;
  private final AtomicInteger preferred = new AtomicInteger();

  RestTransport(RestConfig config, Pauses pauses, DoubleSupplier random) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .connectTimeout(config.connectTimeout())
            .version(HttpClient.Version.HTTP_1_1);
    config.tls().ifPresent(builder::sslContext);
    this.http = builder.build();
    this.addresses = config.addresses();
    this.authorization = config.authorization();
    this.readTimeout = config.readTimeout();
    this.backoff = config.backoff();
    this.pauses = pauses;
    this.random = random;
  }

  /**
   * @param path starts with a slash, already encoded
   * @param body JSON; null for none
   * @return the answer, of a status 2xx
   * @throws RegistryException when there is none
   */
  JsonNode send(String method, String path, @Nullable JsonNode body) {
    for (int round = 0; ; round++) {
      try {
        return round(method, path, body);
      } catch (TransientFailure failure) {
        if (round == backoff.retries()) {
          throw unavailable(method + " " + path, failure);
        }
        pause(backoff.before(round, random.getAsDouble()));
      }
    }
  }

  private JsonNode round(String method, String path, @Nullable JsonNode body)
      throws TransientFailure {
    int first = preferred.get();
    for (int i = 0; ; i++) {
      int index = (first + i) % addresses.size();
      try {
        JsonNode answer = attempt(addresses.get(index), method, path, body);
        preferred.set(index);
        return answer;
      } catch (TransientFailure failure) {
        if (i == addresses.size() - 1) {
          throw failure;
        }
      }
    }
  }

  private RegistryException unavailable(String what, TransientFailure last) {
    return new RegistryException(
        Kind.UNAVAILABLE,
        what
            + " failed at "
            + addresses
            + " in "
            + (backoff.retries() + 1)
            + " rounds; last: "
            + last.getMessage(),
        last);
  }

  private JsonNode attempt(URI address, String method, String path, @Nullable JsonNode body)
      throws TransientFailure {
    HttpResponse<String> response = exchange(address, request(address, method, path, body));
    int status = response.statusCode();
    if (status == TOO_MANY_REQUESTS || status >= 500) {
      throw new TransientFailure(address + " answered with status " + status, null);
    }
    String what = method + " " + address + path + " answered with status " + status;
    JsonNode json = parse(response.body());
    if (status < 200 || status >= 300) {
      throw refusal(what, status, json);
    }
    if (json.isMissingNode()) {
      throw new RegistryException(
          Kind.REFUSED, what + " but not with JSON; expected a schema registry there");
    }
    return json;
  }

  private HttpRequest request(URI address, String method, String path, @Nullable JsonNode body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + path))
            .header("Accept", MEDIA_TYPE)
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
    if (body != null) {
      request.header("Content-Type", MEDIA_TYPE);
    }
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request.build();
  }

  /** Waits for the whole answer: the client's own request time-out ends with the headers. */
  private HttpResponse<String> exchange(URI address, HttpRequest request) throws TransientFailure {
    CompletableFuture<HttpResponse<String>> exchange =
        http.sendAsync(request, BodyHandlers.ofString());
    try {
      return exchange.get(readTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw new TransientFailure(
          address + " did not answer within " + readTimeout.toMillis() + " ms", e);
    } catch (InterruptedException e) {
      exchange.cancel(true);
      throw interrupted(e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException) {
        throw new TransientFailure(address + " cannot be reached: " + cause, cause);
      }
      throw new IllegalStateException("the HTTP client failed on " + address, e);
    }
  }

  private static RegistryException refusal(String what, int status, JsonNode json) {
    int code = json.path("error_code").asInt();
    String reason = json.path("message").asText();
    Kind kind =
        switch (status) {
          case 409 -> Kind.INCOMPATIBLE;
          // Without a code of the registry's own, the path is wrong and says nothing of the schema.
          case 404 -> code / 100 == 404 ? Kind.NOT_FOUND : Kind.REFUSED;
          default -> Kind.REFUSED;
        };
    String said = reason.substring(0, Math.min(reason.length(), MAX_REASON_CHARS));
    return new RegistryException(
        kind, what + (code == 0 ? "" : ", code " + code) + (said.isEmpty() ? "" : ": " + said));
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  private void pause(Duration wait) {
    try {
      pauses.pause(wait);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static RegistryException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new RegistryException(
        Kind.UNAVAILABLE, "interrupted while waiting for the schema registry", e);
  }

  /** Ends the connections, on a JDK that can (21 or newer); else they end when they are idle. */
  @Override
  public void close() {
    if ((Object) http instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("the HTTP client did not close", e);
      }
    }
  }

  /** A failure that may pass. */
  private static final class TransientFailure extends Exception {
    private static final long serialVersionUID = 1L;

    TransientFailure(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}

package io.github.refragstreams.app.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Keys below {@code http.}: the HTTP API. */
final class HttpKeys {
  static final Key<Boolean> ENABLED =
      new Key<>(
          "http.enabled",
          ValueTypes.bool(),
          false,
          "Whether `refrag run` serves the HTTP API; `refrag api` and `refrag console` always do, and"
              + " `refrag demo` does with its console.");

  static final Key<String> HOST =
      new Key<>(
          "http.host",
          ValueTypes.text(),
          "127.0.0.1",
          "Address that the API is served on. One that other machines reach needs tokens and TLS.");

  static final Key<Integer> PORT =
      new Key<>(
          "http.port",
          ValueTypes.integer(0, 65_535),
          8765,
          "Port that the API is served on, 0 for a free one.");

  static final Key<Optional<String>> TOKEN =
      new Key<>(
          "http.token",
          ValueTypes.textOrOff(),
          Optional.empty(),
          "The bearer token that requests must carry, at least 16 characters; best set through the"
              + " environment.");

  static final Key<Optional<String>> TOKENS_FILE =
      new Key<>(
          "http.tokens-file",
          ValueTypes.textOrOff(),
          Optional.empty(),
          "File with one bearer token per line; empty lines and lines that begin with `#` are left"
              + " out.");

  static final Key<Optional<String>> TLS_STORE =
      new Key<>(
          "http.tls-store",
          ValueTypes.textOrOff(),
          Optional.empty(),
          "File with the server's private key and its certificates: PEM (`.pem`: key in PKCS #8,"
              + " then the chain), PKCS12 (`.p12`, `.pfx`) or JKS (`.jks`).");

  static final Key<Optional<String>> TLS_PASSWORD =
      new Key<>(
          "http.tls-store-password",
          ValueTypes.textOrOff(),
          Optional.empty(),
          "Password of that file, or of its key where it is PEM.");

  static final Key<Boolean> TLS_ENDED_ELSEWHERE =
      new Key<>(
          "http.tls-ended-elsewhere",
          ValueTypes.bool(),
          false,
          "Whether something in front of the API speaks TLS, so that it may be served without.");

  static final Key<List<String>> ORIGINS =
      new Key<>(
          "http.cors-origins",
          ValueTypes.origins(),
          List.of(),
          "Sites whose pages may use the API from a browser, for instance `https://example.org`.");

  static final Key<Long> MAX_BODY =
      new Key<>(
          "http.max-body", ValueTypes.size(1, 1 << 30), 1L << 20, "Largest body of a request.");

  static final Key<Long> MAX_OPEN_BYTES =
      new Key<>(
          "http.max-open-bytes",
          ValueTypes.size(1, 1L << 40),
          32L << 20,
          "Most bytes of the bodies of all requests that are served at the same time; more are"
              + " refused with status 503. On the heap they take several times as much.");

  static final Key<Duration> BODY_TIMEOUT =
      new Key<>(
          "http.body-timeout",
          ValueTypes.duration(Duration.ofMillis(1)),
          Duration.ofSeconds(30),
          "Longest wait for the body of a request to arrive as a whole, and for the first request"
              + " of a connection; a further one has `http.idle-timeout` besides.");

  static final Key<Duration> IDLE_TIMEOUT =
      new Key<>(
          "http.idle-timeout",
          ValueTypes.duration(Duration.ofSeconds(1)),
          Duration.ofMinutes(1),
          "How long a connection may stand still; waiting for an answer is not counted.");

  static final Key<Integer> MAX_REQUESTS =
      new Key<>(
          "http.max-requests",
          ValueTypes.integer(1),
          256,
          "Most requests that are served at the same time; more are refused with status 503.");

  static final Key<Integer> MAX_CONNECTIONS =
      new Key<>(
          "http.max-connections",
          ValueTypes.integer(1),
          1024,
          "Most connections; more wait to be accepted.");

  static final Key<Integer> PER_MINUTE =
      new Key<>(
          "http.requests-per-minute",
          ValueTypes.integer(1),
          600,
          "Most requests of one token, or of one address where there are no tokens; more are"
              + " refused with status 429.");

  static final Key<Duration> ANSWER_TIMEOUT =
      new Key<>(
          "http.answer-timeout",
          ValueTypes.duration(Duration.ofSeconds(1)),
          Duration.ofMinutes(2),
          "Longest wait for an answer; then the query is taken back, and the status is 504.");

  static final Key<Duration> STOP_WAIT =
      new Key<>(
          "http.stop-wait",
          ValueTypes.duration(),
          Duration.ofSeconds(20),
          "How long requests may go on after Ctrl-C or SIGTERM; no others are taken then, and queries"
              + " without answer are taken back at the end.");

  static final List<Key<?>> ALL =
      List.of(
          ENABLED,
          HOST,
          PORT,
          TOKEN,
          TOKENS_FILE,
          TLS_STORE,
          TLS_PASSWORD,
          TLS_ENDED_ELSEWHERE,
          ORIGINS,
          MAX_BODY,
          MAX_OPEN_BYTES,
          BODY_TIMEOUT,
          IDLE_TIMEOUT,
          MAX_REQUESTS,
          MAX_CONNECTIONS,
          PER_MINUTE,
          ANSWER_TIMEOUT,
          STOP_WAIT);

  private HttpKeys() {}

  static HttpConfig read(ConfigSource source) {
    return new HttpConfig(
        source.get(ENABLED),
        source.get(HOST),
        source.get(PORT),
        new HttpConfig.Access(
            source.get(TOKEN),
            source.get(TOKENS_FILE),
            source.get(TLS_STORE),
            source.get(TLS_PASSWORD),
            source.get(TLS_ENDED_ELSEWHERE),
            source.get(ORIGINS)),
        new HttpConfig.Limits(
            Math.toIntExact(source.get(MAX_BODY)),
            source.get(MAX_OPEN_BYTES),
            source.get(BODY_TIMEOUT),
            source.get(IDLE_TIMEOUT),
            source.get(MAX_REQUESTS),
            source.get(MAX_CONNECTIONS),
            source.get(PER_MINUTE),
            source.get(ANSWER_TIMEOUT),
            source.get(STOP_WAIT)));
  }
}

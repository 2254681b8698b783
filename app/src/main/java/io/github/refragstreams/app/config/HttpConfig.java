package io.github.refragstreams.app.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The HTTP API. Keys start with {@code http}.
 *
 * @param enabled whether it is served beside the topology
 * @param host address to listen on
 * @param port port to listen on, 0 for a free one
 * @param access who may use it
 * @param limits how much of it
 */
public record HttpConfig(boolean enabled, String host, int port, Access access, Limits limits) {

  /**
   * Who may use the API.
   *
   * @param token the one token, from the environment
   * @param tokensFile file with a token per line
   * @param tlsStore file with certificate and key; PEM, PKCS12 or JKS
   * @param tlsPassword password of that file
   * @param tlsEndedElsewhere whether something in front of it speaks TLS
   * @param origins sites whose pages may use it
   */
  public record Access(
      Optional<String> token,
      Optional<String> tokensFile,
      Optional<String> tlsStore,
      Optional<String> tlsPassword,
      boolean tlsEndedElsewhere,
      List<String> origins) {

    /** Whether there are to be tokens. */
    public boolean hasTokens() {
      return token.isPresent() || tokensFile.isPresent();
    }

    /** Shows no secrets. */
    @Override
    public String toString() {
      return "Access[tokens=" + hasTokens() + ", tls=" + tlsStore.isPresent() + "]";
    }
  }

  /**
   * How much clients may ask for.
   *
   * @param bodyBytes most bytes of a body
   * @param openBytes most bytes of all bodies at the same time
   * @param bodyTimeout longest wait for a body
   * @param idleTimeout longest standstill of a connection
   * @param requests most requests at the same time
   * @param connections most connections
   * @param perMinute most requests of one caller per minute
   * @param answerTimeout longest wait for an answer
   * @param stopWait how long requests may go on when the server stops
   */
  public record Limits(
      int bodyBytes,
      long openBytes,
      Duration bodyTimeout,
      Duration idleTimeout,
      int requests,
      int connections,
      int perMinute,
      Duration answerTimeout,
      Duration stopWait) {}
}

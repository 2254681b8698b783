package io.github.refragstreams.app.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.refragstreams.app.text.Sha256;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/**
 * Requests must carry one of a few tokens ({@code Authorization: Bearer TOKEN}), but for pages and
 * what leads to them: browsers cannot send one for these, and they are the same for everybody. Only
 * hashes of the tokens are kept, and all of them are compared, in a time that does not tell how
 * near a guess is.
 */
public final class BearerTokens implements Check {
  private static final String SCHEME = "Bearer ";

  private final List<byte[]> hashes;

  /**
   * @param tokens at least one
   */
  public BearerTokens(Collection<String> tokens) {
    this.hashes = tokens.stream().map(BearerTokens::hash).toList();
  }

  @Override
  public void check(Exchange exchange) {
    if (exchange.isPage()) {
      return;
    }
    String header = exchange.header("Authorization").orElse("");
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw refusal("expected a header 'Authorization: Bearer TOKEN'");
    }
    byte[] given = hash(header.substring(SCHEME.length()).strip());
    boolean known = false;
    for (byte[] hash : hashes) {
      known |= MessageDigest.isEqual(hash, given);
    }
    if (!known) {
      throw refusal("the token is none of this server's");
    }
    exchange.caller("token " + HexFormat.of().formatHex(given, 0, 4));
  }

  private static HttpProblem refusal(String detail) {
    return new HttpProblem(401, "invalid-token", detail).withHeader("WWW-Authenticate", "Bearer");
  }

  private static byte[] hash(String token) {
    return Sha256.of(token.getBytes(UTF_8));
  }
}

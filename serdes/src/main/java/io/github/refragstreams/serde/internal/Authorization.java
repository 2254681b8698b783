package io.github.refragstreams.serde.internal;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;

/**
 * How the client shows who it is: basic with user and password, or a bearer token, or not at all.
 */
final class Authorization {
  private Authorization() {}

  /** The value of the Authorization header that the settings ask for. */
  static Optional<String> header(RestConfig config, List<URI> addresses) {
    Optional<String> basic = userInfo(config, addresses).map(Authorization::basic);
    Optional<String> bearer = bearer(config);
    if (basic.isPresent() && bearer.isPresent()) {
      throw new ConfigException(
          "both "
              + RestConfig.BEARER_TOKEN
              + " and a user for basic authentication are set; expected one of them");
    }
    return basic.or(() -> bearer);
  }

  private static Optional<String> userInfo(RestConfig config, List<URI> addresses) {
    String configured = config.getPassword(RestConfig.BASIC_USER_INFO).value();
    String source = config.getString(RestConfig.BASIC_SOURCE);
    return switch (source) {
      case "" -> configured.isEmpty() ? ofUrl(addresses) : Optional.of(checked(configured));
      case "URL" -> ofUrl(addresses);
      case "USER_INFO" -> Optional.of(checked(configured));
      default ->
          throw new ConfigException(RestConfig.BASIC_SOURCE, source, "expected USER_INFO or URL");
    };
  }

  /** All addresses belong to one registry: the first that carries a user speaks for all. */
  private static Optional<String> ofUrl(List<URI> addresses) {
    return addresses.stream().map(URI::getUserInfo).filter(Objects::nonNull).findFirst();
  }

  private static String checked(String userInfo) {
    if (userInfo.indexOf(':') < 1) {
      throw new ConfigException(RestConfig.BASIC_USER_INFO, "[hidden]", "expected user:password");
    }
    return userInfo;
  }

  private static Optional<String> bearer(RestConfig config) {
    String source = config.getString(RestConfig.BEARER_SOURCE);
    if (!source.equals("STATIC_TOKEN")) {
      throw new ConfigException(RestConfig.BEARER_SOURCE, source, "expected STATIC_TOKEN");
    }
    String token = config.getPassword(RestConfig.BEARER_TOKEN).value();
    return token.isEmpty() ? Optional.empty() : Optional.of("Bearer " + token);
  }

  private static String basic(String userInfo) {
    byte[] bytes = userInfo.getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }
}

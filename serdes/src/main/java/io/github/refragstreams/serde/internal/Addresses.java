package io.github.refragstreams.serde.internal;

import io.github.refragstreams.serde.EventSerdeConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.apache.kafka.common.config.ConfigException;

/** Reads the base URLs of a registry. */
final class Addresses {
  private Addresses() {}

  /**
   * @throws ConfigException when one is not an http or https URL with a host; without its value,
   *     which may hold a password
   */
  static List<URI> parse(List<String> urls) {
    return urls.stream().map(Addresses::parse).toList();
  }

  private static URI parse(String url) {
    URI uri;
    try {
      uri = new URI(url.strip().replaceAll("/+$", ""));
    } catch (URISyntaxException e) {
      throw bad("is not a URL: " + e.getReason() + " at character " + e.getIndex());
    }
    if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
      throw bad("has scheme " + uri.getScheme());
    }
    if (uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
      throw bad("has no host, or more than scheme, host, port and path");
    }
    return uri;
  }

  /** The address alone, fit for logs. */
  static URI withoutUserInfo(URI uri) {
    return uri.getRawUserInfo() == null
        ? uri
        : URI.create(uri.toString().replace(uri.getRawUserInfo() + "@", ""));
  }

  private static ConfigException bad(String what) {
    return new ConfigException(
        EventSerdeConfig.URL
            + ": an address "
            + what
            + "; expected mock://name, or http:// and https:// addresses with commas between");
  }
}

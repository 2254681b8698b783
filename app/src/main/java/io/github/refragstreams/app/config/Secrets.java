package io.github.refragstreams.app.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which settings hold secrets, and how values are shown to people. */
final class Secrets {
  static final String HIDDEN = "(hidden)";

  /** Parts of names, of ours and of Kafka's. */
  static final List<String> PARTS =
      List.of(
          "password",
          "passphrase",
          "secret",
          "jaas",
          "user.info",
          "user-info",
          "private.key",
          "keystore.key",
          "certificate");

  /** The end of others: in the middle it names topics and limits. */
  static final String END = "token";

  private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s]+(?=@)");

  private Secrets() {}

  /** Whether the value of this setting is never to be repeated. */
  static boolean isSecret(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(END) || PARTS.stream().anyMatch(lower::contains);
  }

  /** A value as it may be shown: secrets only where all that is written says where they lie. */
  static String shown(String name, String written) {
    return isSecret(name) && !References.isReference(written)
        ? HIDDEN
        : USER_INFO.matcher(written).replaceAll(HIDDEN);
  }
}

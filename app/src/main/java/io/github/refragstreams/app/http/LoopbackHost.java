package io.github.refragstreams.app.http;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Requests must name this machine as their host: by an address or name of loopback, or as the
 * server's binding does. A page of another site whose name was made to lead here names that site.
 */
public final class LoopbackHost implements Check {
  private static final String LOOPBACK = "localhost|127(\\.\\d{1,3}){3}|\\[(::1|0:0:0:0:0:0:0:1)]";

  private final Pattern names;

  private LoopbackHost(String own) {
    this.names = Pattern.compile("(" + LOOPBACK + "|" + Pattern.quote(own) + ")(:\\d{1,5})?");
  }

  /** For a server without tokens: checks where it listens on the loopback address. */
  public static List<Check> of(Binding binding) {
    return binding.isLoopback()
        ? List.of(new LoopbackHost(binding.urlHost().toLowerCase(Locale.ROOT)))
        : List.of();
  }

  @Override
  public void check(Exchange exchange) {
    String host = exchange.header("Host").orElse("").toLowerCase(Locale.ROOT);
    if (!names.matcher(host).matches()) {
      throw new HttpProblem(
          421, "unknown-host", "Host is '" + host + "'; this server listens on localhost only");
    }
  }
}
